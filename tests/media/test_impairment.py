"""The bad lines of the tests are as bad as they say: seeded losses, exact rates, bounded queues."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.impairment.way import CLEAR, HEADERS, Conditions, Way

MANY = 20_000
LOSSES = st.tuples(st.floats(0, 0.6), st.floats(1, 20)).filter(lambda p: p[0] <= p[1] / (p[1] + 1))


def fates(way: Way, count: int) -> list[bool]:
    """Give so many datagrams, a millisecond apart; tell of each whether it passed."""
    return [way.carry(1000, number / 1000) is not None for number in range(count)]


@given(LOSSES, st.integers(), st.floats(0, 0.2), st.floats(0, 0.1))
def test_the_same_seed_loses_the_same_whatever_the_times(
    loss: tuple[float, float], seed: int, delay: float, jitter: float
) -> None:
    plain = Way(seed, Conditions(*loss))
    late = Way(seed, Conditions(*loss, delay=delay, jitter=jitter))
    assert fates(plain, 300) == fates(late, 300)
    assert (plain.passed, plain.lost) == (late.passed, late.lost)
    assert plain.given == 300


def test_another_seed_loses_others() -> None:
    half = Conditions(0.5)
    assert fates(Way(1, half), 300) != fates(Way(2, half), 300)


@pytest.mark.parametrize("loss", [0.0, 0.05, 0.1, 0.2])
def test_as_much_is_lost_as_is_said_each_for_itself(loss: float) -> None:
    passed = fates(Way("independent", Conditions(loss)), MANY)
    assert abs(passed.count(False) / MANY - loss) <= 4 * math.sqrt(loss * (1 - loss) / MANY)
    after_a_loss = [after for before, after in itertools.pairwise(passed) if not before]
    if loss:
        assert abs(after_a_loss.count(False) / len(after_a_loss) - loss) < 0.05


@pytest.mark.parametrize(("loss", "burst"), [(0.05, 3.0), (0.1, 5.0), (0.2, 10.0)])
def test_bursts_are_as_long_as_is_said(loss: float, burst: float) -> None:
    passed = fates(Way("bursts", Conditions(loss, burst)), 10 * MANY)
    runs = [len(list(run)) for went, run in itertools.groupby(passed) if not went]
    assert abs(sum(runs) / len(runs) / burst - 1) < 0.1
    assert abs(sum(runs) / len(passed) / loss - 1) < 0.1


@given(
    rate=st.floats(20_000, 5_000_000),
    queue=st.floats(0.0, 0.5),
    sizes=st.lists(st.integers(20, 1400), min_size=1, max_size=200),
    pause=st.floats(0.0, 0.02),
)
def test_a_link_carries_its_rate_and_lets_nobody_wait_longer_than_its_queue(
    rate: float, queue: float, sizes: list[int], pause: float
) -> None:
    way = Way(1, Conditions(rate=rate, queue=queue))
    busy_until = 0.0
    for number, size in enumerate(sizes):
        now, takes = number * pause, (size + HEADERS) * 8 / rate
        begins = max(now, busy_until)
        arrives = way.carry(size, now)
        if begins - now > queue:
            assert arrives is None
            continue
        busy_until = begins + takes
        assert arrives is not None
        assert arrives == pytest.approx(busy_until, abs=1e-9)
        assert arrives <= now + queue + takes + 1e-9
    assert way.lost == 0
    assert way.passed + way.overflowed == len(sizes)


def test_a_full_link_carries_its_rate_to_the_packet() -> None:
    way, size, seconds = Way(1, Conditions(rate=150_000, queue=0.3)), 1000, 20
    arrivals = [way.carry(size, number / 1000) for number in range(seconds * 1000)]
    came = [arrives for arrives in arrivals if arrives is not None]
    within = sum((size + HEADERS) * 8 for arrives in came if arrives <= seconds)
    assert 0 <= 150_000 * seconds - within < (size + HEADERS) * 8
    assert all(
        later - sooner == pytest.approx((size + HEADERS) * 8 / 150_000)
        for sooner, later in itertools.pairwise(came)
    )
    assert way.overflowed > 0


@given(
    st.lists(st.floats(0, 0.05), max_size=100),
    st.floats(0, 0.2),
    st.floats(0, 0.2),
    st.booleans(),
    st.integers(),
)
def test_delay_and_jitter_stay_in_their_bounds_and_keep_the_order_unless_told(
    pauses: list[float], delay: float, jitter: float, reorders: bool, seed: int
) -> None:
    way = Way(seed, Conditions(delay=delay, jitter=jitter, reorders=reorders))
    now, last, latest = 0.0, 0.0, 0.0
    for pause in pauses:
        now += pause
        arrives = way.carry(100, now)
        assert arrives is not None
        latest = max(latest, now + delay + jitter)
        assert now + delay <= arrives <= latest + 1e-9
        assert reorders or arrives > last
        last = arrives


def test_a_line_that_reorders_does() -> None:
    way = Way(3, Conditions(delay=0.02, jitter=0.05, reorders=True))
    arrivals = [way.carry(100, number / 100) or 0.0 for number in range(100)]
    assert arrivals != sorted(arrivals)


def test_conditions_change_in_the_middle_and_the_draws_go_on() -> None:
    changing, steady = Way(5, Conditions(0.2)), Way(5, Conditions(0.2))
    expected = fates(steady, 300)
    assert fates(changing, 100) == expected[:100]
    changing.conditions = CLEAR
    assert all(fates(changing, 100))
    changing.conditions = Conditions(0.2)
    assert fates(changing, 100) == expected[200:]


@pytest.mark.parametrize(
    "wrong",
    [{"loss": 1.0}, {"loss": -0.1}, {"burst": 0.5}, {"loss": 0.9, "burst": 2}, {"delay": -1}],
)
def test_what_no_line_can_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no"):
        Conditions(**wrong)  # type: ignore[arg-type]
