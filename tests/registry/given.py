"""The rules and cases of the clinical reference, as they were given."""

import json
from pathlib import Path
from typing import Any

from rounds.registry.closures import State
from rounds.registry.evaluating import evaluate
from rounds.registry.rules import RuleSet, shipped

FILE = Path(__file__).with_name("cases.json")
GIVEN: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
QUIET: State = GIVEN["variables_default"]
"""A patient for whom no rule fires."""


def fired(state: State, rules: RuleSet | None = None) -> list[str]:
    """Ids of the rules that fire in a quiet patient of whom this is known, too."""
    return [one.id for one in evaluate(rules or shipped(), {**QUIET, **state}).fired]
