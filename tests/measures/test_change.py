"""Change by published numbers: better is above zero, and clearly worse is said."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.broken import Broken
from rounds.measures.change import NOTHING, Course, change, scale_of, scale_of_values
from rounds.measures.instrument_files import shipped
from rounds.measures.restricted import restricted
from rounds.measures.rounding import half_up

PHQ = scale_of(shipped()["phq-9"])


@pytest.mark.parametrize(
    ("instrument", "baseline", "current", "course"),
    [
        ("phq-9", 14, 20, Course.WORSE),
        ("phq-9", 14, 19, Course.UNCLEAR),
        ("phq-9", 14, 9, Course.UNCLEAR),
        ("phq-9", 14, 8, Course.BETTER),
        ("gad-7", 10, 14, Course.WORSE),
        ("gad-7", 10, 13, Course.UNCLEAR),
        ("phq-15", 5, 25, None),
    ],
)
def test_a_rise_beyond_the_reliable_change_is_clearly_worse(
    instrument: str, baseline: int, current: int, course: Course | None
) -> None:
    assert change(scale_of(shipped()[instrument]), baseline, current).course == course


def test_better_is_above_zero_whichever_way_the_scale_runs() -> None:
    assert change(scale_of(shipped()["who-5"]), 40, 60).delta == 20
    assert change(PHQ, 20, 15).delta == 5


def test_what_is_not_defined_for_an_instrument_is_not_told() -> None:
    peg = change(scale_of(shipped()["peg"]), Decimal("6.7"), Decimal("4.6"))
    assert (peg.delta, peg.pct, peg.response) == (Decimal("2.1"), Decimal("31.3"), True)
    assert (peg.remission, peg.nys_improved, peg.reliable, peg.course) == (None, None, None, None)
    wsas = change(scale_of_values(restricted()["wsas"]), 30, 12)
    assert (wsas.delta, wsas.pct, wsas.response) == (18, 60, None)


def test_without_a_total_there_is_no_change() -> None:
    assert change(PHQ, None, 4) == change(PHQ, 4, None) == NOTHING
    for known in ("rounds-daily-diary", "cdc-healthy-days-symptoms"):
        with pytest.raises(Broken, match="no total"):
            scale_of(shipped()[known])
    with pytest.raises(Broken, match="no way to score"):
        scale_of_values(restricted()["hads"])


def test_a_baseline_of_zero_has_no_per_cent_and_no_response() -> None:
    found = change(PHQ, 0, 0)
    assert (found.delta, found.pct, found.response, found.remission) == (0, None, False, True)


@pytest.mark.parametrize("told", [-1, 28, True, "9", Decimal("9.5"), [9]])
def test_a_total_that_cannot_be_is_refused(told: object) -> None:
    with pytest.raises(Broken, match="current"):
        change(PHQ, 10, told)
    with pytest.raises(Broken, match="baseline"):
        change(PHQ, told, 10)


@given(st.integers(0, 27), st.integers(0, 27))
def test_change_agrees_with_itself(baseline: int, current: int) -> None:
    found, back = change(PHQ, baseline, current), change(PHQ, current, baseline)
    assert found.delta == -(back.delta or 0)
    assert found.reliable is (found.course == Course.BETTER)
    assert (found.course == Course.WORSE) is (back.course == Course.BETTER)


def test_halves_are_rounded_away_from_zero() -> None:
    assert half_up(Fraction("3.35"), 1) == Decimal("3.4")
    assert half_up(Fraction("-3.35"), 1) == Decimal("-3.4")
    assert half_up(Fraction("0.5"), 0) == 1
    assert half_up(Fraction("2.675"), 2) == Decimal("2.68")
