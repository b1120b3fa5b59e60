"""Placement compares what processes told; above a limit a process takes no new room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu.placement import SEAT_SHARE, Limits, Load
from rounds.media.sfu.pulse import TICKS, Pulse

shares = st.floats(0, 2, allow_nan=False)
seconds = st.floats(0, 1, allow_nan=False)


@given(shares, seconds)
def test_a_process_takes_rooms_below_both_limits_only(share: float, late: float) -> None:
    limits = Limits()
    able = share < limits.share and late < limits.late
    assert Load(2, share, late).within(limits) is able
    assert Load(0, share, late).within(limits)
    assert not any(Load(seats, share, late, draining=True).within(limits) for seats in (0, 2))


@given(shares, st.integers(0, 200), st.integers(1, 50))
def test_seats_on_their_way_weigh_before_they_can_be_measured(
    share: float, expected: int, more: int
) -> None:
    load = Load(share=share)
    assert load.weight(expected) >= share
    assert load.weight(expected + more) >= load.weight(expected)
    assert Load().weight(expected) == expected * SEAT_SHARE


@pytest.mark.parametrize(
    "told",
    [{}, {"seats": 1}, {"seats": 1, "cpu_share": 0.1, "clock_late_p95_milliseconds": 1.0}],
)
def test_what_is_no_load_is_refused(told: dict[str, float]) -> None:
    with pytest.raises(KeyError):
        Load.of(told)


@given(st.lists(seconds, min_size=1, max_size=3 * TICKS))
def test_lateness_is_the_95th_percentile_of_the_last_rings(rings: list[float]) -> None:
    pulse = Pulse()
    for late in rings:
        pulse.rang(late)
    last = rings[-TICKS:]
    assert pulse.late in last
    assert sum(late <= pulse.late for late in last) >= 0.95 * len(last)
    assert sum(late < pulse.late for late in last) < 0.95 * len(last)


@given(st.lists(st.tuples(st.floats(0.5, 2), st.floats(0, 1)), min_size=1, max_size=30))
def test_the_share_of_a_core_is_of_the_last_five_seconds(steps: list[tuple[float, float]]) -> None:
    pulse, now, used = Pulse(), 100.0, 7.0
    pulse.mark(now, used)
    assert pulse.share == 0.0
    for length, share in steps:
        now, used = now + length, used + length * share
        pulse.mark(now, used)
    last = steps[-5:]
    whole = sum(length for length, _ in last)
    assert pulse.share == pytest.approx(sum(a * b for a, b in last) / whole, abs=1e-6)
