"""The given cases, each with what it has to come to."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("scoring_vectors.json")


def given(part: str) -> list[dict[str, Any]]:
    """The cases of one part of the file."""
    cases: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))[part]
    return cases


def named(case: dict[str, Any]) -> str:
    """What a case is called in a report."""
    words = (case["instrument"], case.get("case", ""), case.get("baseline"), case.get("current"))
    return " ".join(str(word) for word in words if word is not None)


def exact(value: object) -> str:
    """A value as text in which 1, 1.0 and true differ, as they do for a program."""
    return json.dumps(value, sort_keys=True)


def number(told: object) -> object:
    """A number as the files of cases give it: with a point, a decimal one."""
    return Decimal(str(told)) if isinstance(told, float) else told
