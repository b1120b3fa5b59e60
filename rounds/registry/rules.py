"""The rules that ship with rounds, and the strict reader of any such file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rounds.registry.closures import BrokenCondition
from rounds.registry.conditions import Condition, read_condition
from rounds.registry.placed import Placed, read_placed
from rounds.registry.variables import Variable, variables

FILE = Path(__file__).with_name("rules.json")
SCHEMA = "rounds-rules/1"
SAFETY = "safety"
"""The group that a clinic can make stricter and never off."""
GROUPS = (
    SAFETY, "registry", "treat-to-target", "stepped-care", "prescribing", "tests", "sdoh",
    "burden", "coordination", "privacy", "screening", "billing", "capacity",
)  # fmt: skip
URGENCIES = (
    "immediate", "same day", "same or next working day", "2 working days", "3 working days",
    "5 working days", "7 days", "14 days", "at order", "at next contact", "next visit",
    "next case review", "routine", "end of month", "monthly",
)  # fmt: skip
BASES = {
    "E": "evidence or guideline that was read",
    "S": "documented programme practice",
    "P": "project rule, to be confirmed by a clinician",
}
"""How sure a rule is (clinical reference, evidence marks)."""
STRICTER = ("lower", "higher")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
MOST_RULES = 200
LONGEST_MESSAGE = 500
LONGEST_SOURCE = 300


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of a condition that a clinic may set: its name, and what it counts.

    `stricter` is the direction in which the rule fires for more people, "" where nobody asks.
    """

    name: str
    value: float
    unit: str
    stricter: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a person of the team is told what to look at, how soon, and on what ground.

    `message` is a sentence for staff in English, which the catalogue translates. `source` cites;
    `basis` is one of `BASES`. `changed` is a clinic's reason for its own condition, "" as shipped.
    """

    id: str
    group: str
    condition: Condition
    message: str
    urgency: str
    source: str
    basis: str
    thresholds: tuple[Threshold, ...] = ()
    changed: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules by id, in the order of their file; `version` is that of a clinic's changes, or 0."""

    rules: Mapping[str, Rule]
    variables: Mapping[str, Variable]
    version: int = 0


@cache
def shipped() -> RuleSet:
    """Return the rules of the clinical reference, section 2.2. Raises BrokenFile."""
    return read_rules(FILE.name, FILE.read_bytes())


def read_rules(file: str, raw: bytes) -> RuleSet:
    """Return the rules that a file holds. Raises BrokenFile."""
    top = read_placed(file, raw).fields({"schema", "rules"})
    top["schema"].one_of("schema", {SCHEMA})
    return read_rule_list(top["rules"])


def read_rule_list(told: Placed) -> RuleSet:
    """Return the rules of a list, which ask for the variables that ship. Raises BrokenFile."""
    known, found = variables(), dict[str, Rule]()
    for one in told.items(MOST_RULES):
        rule = _rule(one, known)
        if rule.id in found:
            raise one.members()["id"].broken(f"{rule.id} stands twice")
        found[rule.id] = rule
    if not found:
        raise told.broken("it holds no rule")
    return RuleSet(found, known)


def read_condition_at(told: Placed, known: Mapping[str, Variable]) -> Condition:
    """Return the condition that stands in a place of a file. Raises BrokenFile."""
    try:
        return read_condition(told.text("condition", LONGEST_MESSAGE), known)
    except BrokenCondition as broken:
        raise told.broken(f"condition: {broken}") from None


def _rule(told: Placed, known: Mapping[str, Variable]) -> Rule:
    parts = told.fields(
        ("id", "group", "condition", "message", "urgency", "source", "basis"), {"thresholds"}
    )
    id = parts["id"].text("id", 32)
    if not ID.fullmatch(id):
        raise parts["id"].broken("id: letters, digits, points and lines are expected")
    group = parts["group"].one_of("group", GROUPS)
    condition = read_condition_at(parts["condition"], known)
    return Rule(
        id,
        group,
        condition,
        parts["message"].text("message", LONGEST_MESSAGE),
        parts["urgency"].one_of("urgency", URGENCIES),
        parts["source"].text("source", LONGEST_SOURCE),
        parts["basis"].one_of("basis", BASES),
        _thresholds(parts["thresholds"], group, condition) if "thresholds" in parts else (),
    )


def _thresholds(told: Placed, group: str, condition: Condition) -> tuple[Threshold, ...]:
    found: list[Threshold] = []
    for one in told.items(MOST_RULES):
        threshold = _threshold(one)
        if threshold.value not in condition.numbers:
            raise one.broken(f"{threshold.name}: {threshold.value} is not in the condition")
        if any(threshold.name == other.name for other in found):
            raise one.broken(f"{threshold.name} stands twice")
        # Numbers are found by their value: two names for one of them would change both.
        if any(threshold.value == other.value for other in found):
            raise one.broken(f"{threshold.name}: another threshold is {threshold.value}, too")
        if group == SAFETY and not threshold.stricter:
            raise one.broken(f"{threshold.name}: which way is stricter is missing")
        found.append(threshold)
    return tuple(found)


def _threshold(told: Placed) -> Threshold:
    parts = told.fields(("name", "value", "unit"), {"stricter"})
    return Threshold(
        parts["name"].text("name", 40),
        number_at(parts["value"]),
        parts["unit"].text("unit", 40),
        parts["stricter"].one_of("stricter", STRICTER) if "stricter" in parts else "",
    )


def number_at(told: Placed) -> float:
    """Return a threshold's number, which is not below zero. Raises BrokenFile."""
    if isinstance(told.value, bool) or not isinstance(told.value, int | float) or told.value < 0:
        raise told.broken("a number that is not below zero is expected")
    return told.value
