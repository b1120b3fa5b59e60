"""Instruments without texts are scored from values; a broken file of them is refused."""

import json
from typing import Any

import pytest

from rounds.kernel.broken import Broken, BrokenFile
from rounds.measures.restricted import FILE, read_restricted, restricted, score_values


def test_each_says_why_its_texts_are_not_here() -> None:
    assert len(restricted()) == 16
    assert all(one.reason and one.substitute for one in restricted().values())
    assert "text" not in {key for one in restricted().values() for key in one.model_dump()}


@pytest.mark.parametrize(
    ("instrument", "values", "context", "way"),
    [
        ("isi", [0] * 6, {}, "values"),
        ("isi", [0] * 8, {}, "values"),
        ("isi", [0, 0, 0, 5, 0, 0, 0], {}, r"values\[3\]"),
        ("isi", [0, 0, 0, True, 0, 0, 0], {}, r"values\[3\]"),
        ("isi", [0, 0, 0, "1", 0, 0, 0], {}, r"values\[3\]"),
        ("hits", [0, 1, 1, 1], {}, r"values\[0\]"),
        ("wsas", [0] * 5, {"retired": 1}, "context.retired"),
        ("isi", [0] * 7, {"retired": True}, "context.retired"),
        ("hads", [0], {}, "no way to score"),
        ("c-ssrs-screener", [0] * 6, {}, "no way to score"),
    ],
)
def test_values_that_cannot_be_are_refused(
    instrument: str, values: list[Any], context: dict[str, Any], way: str
) -> None:
    with pytest.raises(Broken, match=way):
        score_values(restricted()[instrument], values, context)


def test_what_does_not_count_need_not_be_answered() -> None:
    wsas = restricted()["wsas"]
    assert score_values(wsas, [None, 1, 1, 1, 1], {"retired": True}).total == 4
    assert score_values(wsas, [None, 1, 1, 1, 1], {}).total is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"scoring": {"items": 7}}, "item_min"),
        ({"scoring": {"max": 30}}, "do not fit"),
        ({"scoring": {"reversed": [8]}}, "no item 8"),
        ({"scoring": {"reversed": [True]}}, "reversed"),
        ({"scoring": {"bands": [{"min": 1, "max": 28, "code": "a", "label": "A"}]}}, "begins at 0"),
        ({"scoring": {"bands": [{"min": 0, "max": 27, "code": "a", "label": "A"}]}}, "ends at 28"),
        ({"id": "wsas"}, "stands twice"),
        ({"items": ["a text"]}, "items"),
    ],
)
def test_a_broken_file_is_refused(change: dict[str, Any], reason: str) -> None:
    told = json.loads(FILE.read_text("utf-8"))
    at = [one["id"] for one in told["instruments"]].index("isi")
    one = told["instruments"][at]
    if change == {"scoring": {"items": 7}}:
        one["scoring"] = change["scoring"]
    elif "scoring" in change:
        one["scoring"] |= change["scoring"]
    else:
        one |= change
    text = json.dumps(told, indent=1)
    with pytest.raises(BrokenFile, match=reason) as refused:
        read_restricted("restricted.json", text.encode())
    begun = text[: text.index('"Insomnia Severity Index"')].count("\n")
    assert begun - 1 <= refused.value.line <= begun + 40
