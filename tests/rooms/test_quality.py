"""How a connection is called: for a reason, not at once, and not back and forth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.rooms.figures import SeatFigures, Span
from rounds.rooms.quality import (
    BETTER,
    GOOD,
    LOST,
    SILENT,
    SILENT_ANYWAY,
    WORSE,
    Cause,
    Quality,
    Steady,
    Verdict,
    judge,
)
from rounds.rooms.reporting import Heard

HERE = SeatFigures(connected=True, flowing=True)
SENDING = Verdict(Quality.WEAK, Cause.SENDING)
RECEIVING = Verdict(Quality.WEAK, Cause.RECEIVING)
verdicts = st.sampled_from([GOOD, LOST, SENDING, RECEIVING, Verdict(Quality.WEAK, Cause.DELAY)])


def after(*heard: Verdict) -> Verdict:
    steady = Steady()
    for one in heard:
        steady.hear(one)
    return steady.shown


@pytest.mark.parametrize(
    ("span", "heard", "verdict"),
    [
        (Span(100, 5), None, GOOD),
        (Span(100, 6), None, SENDING),
        (Span(19, 19), None, GOOD),  # too few to mean anything
        (Span(100, 0, 100, 6), None, RECEIVING),
        (Span(100, 0, 100, 5), None, GOOD),
        (Span(), Heard(heard=1000, concealed=101), RECEIVING),
        (Span(), Heard(heard=1000, concealed=100), GOOD),
        (Span(), Heard(watched=1000, frozen=101), RECEIVING),
        (Span(), Heard(freezes=3), GOOD),
        (Span(round_trip=0.51), None, Verdict(Quality.WEAK, Cause.DELAY)),
        (Span(round_trip=0.5), None, GOOD),
        (Span(100, 50, round_trip=2), None, SENDING),
    ],
)
def test_each_weakness_has_its_cause(span: Span, heard: Heard | None, verdict: Verdict) -> None:
    assert judge(HERE, span, heard) == verdict


def test_silence_is_a_lost_connection_sooner_where_media_flowed() -> None:
    def quiet(seconds: float, flowing: bool) -> Verdict:
        return judge(SeatFigures(True, seconds, flowing), Span(), None)

    assert quiet(SILENT - 0.1, True) == GOOD
    assert quiet(SILENT, True) == LOST
    assert quiet(SILENT, False) == GOOD
    assert quiet(SILENT_ANYWAY, False) == LOST


def test_a_single_bad_look_is_not_shown_and_good_ones_have_to_last() -> None:
    assert after(SENDING) == GOOD
    assert after(SENDING, GOOD, SENDING) == GOOD
    assert after(*[SENDING] * WORSE) == SENDING
    bad = [SENDING] * WORSE
    assert after(*bad, *[GOOD] * (BETTER - 1)) == SENDING
    assert after(*bad, *[GOOD] * BETTER) == GOOD


def test_a_lost_connection_is_shown_at_once_and_comes_back_as_weak() -> None:
    assert after(LOST) == LOST
    assert after(LOST, GOOD) == Verdict(Quality.WEAK)
    assert after(LOST, *[GOOD] * (1 + BETTER)) == GOOD


@given(st.lists(verdicts, max_size=60))
def test_what_is_shown_changes_seldom_and_says_when(looks: list[Verdict]) -> None:
    steady, shown, changes = Steady(), GOOD, 0
    for one in looks:
        changed = steady.hear(one)
        assert changed == (steady.shown != shown)
        changes += changed
        shown = steady.shown
    losses = sum(one == LOST for one in looks)
    assert changes <= 2 * losses + len(looks) // WORSE


@given(verdicts)
def test_what_lasts_is_shown(verdict: Verdict) -> None:
    assert after(*[verdict] * BETTER) == verdict
