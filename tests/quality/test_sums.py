"""What sums say: shares and times as by hand, nothing of fewer than five, lines with gaps."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.quality.groups import LEAST
from rounds.quality.pictures import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, run_line
from rounds.quality.sums import ADDED, Rate, Share, causes, say, times

SAMPLES = st.lists(st.integers(0, 60_000), max_size=80)


@given(SAMPLES)
def test_times_are_within_half_a_class_of_the_nearest_rank(samples: list[int]) -> None:
    width = 250
    counts: dict[int, int] = {}
    for one in samples:
        counts[one // width] = counts.get(one // width, 0) + 1
    told = times(list(counts.items()), width)
    assert told.measured == len(samples)
    if len(samples) < LEAST:
        assert (told.median, told.p95) == (None, None)
        return
    for value, share in ((told.median, 0.5), (told.p95, 0.95)):
        exact = sorted(samples)[math.ceil(len(samples) * share) - 1]
        assert value is not None
        assert abs(value - exact) <= width / 2


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 9))
def test_a_share_of_few_is_not_told(part: int, whole: int, people: int) -> None:
    value = Share(part, whole, people).value
    if people < LEAST or not whole:
        assert value is None
    else:
        assert value == pytest.approx(min(1.0, part / whole))


def test_a_rate_is_for_an_hour() -> None:
    assert Rate(3, 2 * 3_600_000, 8).value == pytest.approx(1.5)
    assert Rate(3, 2 * 3_600_000, 4).value is None
    assert Rate(3, 0, 8).value is None


def test_red_lights_all_became_something() -> None:
    total = dict.fromkeys(ADDED, 0) | {"red": 9, "red_voiced": 4, "red_phoned": 2, "red_came": 1}
    assert say(total).outcomes == {"voiced": 4, "phoned": 2, "came": 1, "stayed_away": 2}


def test_causes_are_counted_each_for_itself() -> None:
    rows = [("Chrome", "camera:denied microphone:denied", 3), ("Safari", "camera:denied", 2)]
    assert causes(rows) == {
        "camera:denied": {"Chrome": 3, "Safari": 2},
        "microphone:denied": {"Chrome": 3},
    }


VALUES = st.lists(st.one_of(st.none(), st.floats(0, 5000)), max_size=60)


@given(VALUES)
def test_a_line_stays_in_its_picture_and_never_crosses_a_gap(values: list[float | None]) -> None:
    line = run_line(values)
    told = [at for at, value in enumerate(values) if value is not None]
    assert [point.at for point in line.points] == told
    for point in line.points:
        assert LEFT <= point.x <= WIDTH - RIGHT
        assert TOP <= point.y <= HEIGHT - BOTTOM
    drawn = sum(run.count(" ") for run in line.lines)
    assert drawn == sum(two - one == 1 for one, two in itertools.pairwise(told))
    assert all(value <= line.top * 1.0000001 for value in values if value is not None)
    assert (line.median is None) == (len(told) < 3)
