"""Formulas: what can be written, what cannot, and that unknown is neither zero nor No."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.measures.evaluating import Known, One, Unfit
from rounds.measures.formula import LONGEST, read_formula


def worked_out(text: str, **items: One) -> One:
    answers = {number: items.get(f"i{number}") for number in range(1, 5)}
    known = Known(answers, dict.fromkeys(range(1, 5)), lambda _: list(answers.values()))
    return known.value(read_formula(text))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "1 +", "x" * (LONGEST + 1), "(" * 230, "-" * 239, "a.b", "a[0]",
        "lambda: 1", "[1]", "{1}", "(1, 2)", "f'{x}'", "x := 1", "1 if x", "a < b < c", "x ** 9",
        "x // 2", "x % 2", "1.5", "True", "None", "b'a'", "x is 1", "x in scored", "1 is 1",
        "0or 1",
        "sum(*scored)", "sum(of=scored)", "sum()", "sum(scored, 1)", "item(x)", "item('1')",
        "item(-1)", "item(100)", "item(True)", "items(3)", "items(3, 1)", "__import__('os')",
        "().__class__", "open('a')", "(yield)", "await x", "x\x00", "elapsed(1)", "sum(scored)()",
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"formula|function|takes|comparison"):
        read_formula(text)


@pytest.mark.parametrize("told", [None, 3, ["1"], {"a": 1}, b"1"])
def test_a_formula_is_a_text(told: object) -> None:
    with pytest.raises(ValueError, match="a formula is a text"):
        read_formula(told)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("item(3)", None),
        ("item(3) >= 0", None),
        ("item(3) >= 0 or item(1) == 2", True),
        ("item(3) >= 0 and item(1) == 1", False),
        ("not item(3) == 0", None),
        ("any(items(1, 4) == 2)", True),
        ("any(items(1, 4) == 7)", None),
        ("all(items(1, 4) == 2)", False),
        ("all(items(1, 4) >= 0)", None),
        ("sum(items(1, 2))", 5),
        ("sum(items(1, 3))", None),
        ("count(items(1, 4) >= 2)", 2),
        ("1 if item(3) == 0 else 2", None),
        ("known(item(3))", False),
        ("min(4, sum(items(1, 2)))", 4),
        ("item(1) / 0", None),
        ("elapsed('23:30', '06:00')", 390),
        ("elapsed('06:00', '06:00')", 0),
        ("-item(1)", -2),
    ],
)
def test_what_is_unknown_stays_unknown(text: str, value: One) -> None:
    assert worked_out(text, i1=2, i2=3) == value


@pytest.mark.parametrize(
    "text",
    ["'a' + 1", "not 1", "1 and 1", "'a' < 1", "scored + 1", "scored", "sum(scored == 1) + 1",
     "elapsed(1, 2)", "(1 == 1) + 1"],
)  # fmt: skip
def test_what_cannot_be_done_is_said(text: str) -> None:
    with pytest.raises(Unfit):
        worked_out(text, i1=1, i2=1, i3=1, i4=1)


@given(st.text(alphabet="item(1)sumscored<>=+-*/ andornt,'0.", max_size=40))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with contextlib.suppress(ValueError, Unfit):
        worked_out(text, i1=1, i2=0)
