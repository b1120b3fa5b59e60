"""The rules that ship are those of the clinical reference, and answer its cases."""

from dataclasses import replace
from typing import Any

import pytest

from rounds.registry.conditions import read_condition
from rounds.registry.rules import shipped
from rounds.registry.variables import variables
from tests.registry.given import GIVEN, QUIET, fired

REVIEW_ALONE = {"question_waiting", "days_since_review", "primary_score"}
"""Asked by the order of the review, which the reference says in words."""


@pytest.mark.parametrize("vector", GIVEN["vectors"], ids=lambda one: one["case"])
def test_a_given_case_has_the_flags_it_should(vector: dict[str, Any]) -> None:
    assert fired(vector["state"]) == vector["expected"]


def test_a_changed_rule_fails_a_given_case() -> None:
    """The control: these cases do notice when a rule is not what it was."""
    rules = shipped()
    late = replace(rules.rules["R-12"], condition=read_condition("days_enrolled > 63", QUIET))
    changed = replace(rules, rules={**rules.rules, "R-12": late})
    assert [
        one["case"] for one in GIVEN["vectors"] if fired(one["state"], changed) != one["expected"]
    ] != []


def test_the_rules_say_what_the_reference_says() -> None:
    rules = list(shipped().rules.values())
    assert [one.id for one in rules] == [one["id"] for one in GIVEN["rules"]]
    for rule, given in zip(rules, GIVEN["rules"], strict=True):
        for name in ("group", "message", "urgency", "source", "basis"):
            assert getattr(rule, name) == given[name]
        assert rule.condition.text == given["condition"]


def test_the_variables_are_those_of_the_reference() -> None:
    known = variables()
    assert {name: one.default for name, one in known.items() if name not in REVIEW_ALONE} == QUIET
    assert set(known) - set(QUIET) == REVIEW_ALONE
    assert [name for name, one in known.items() if one.record is None] == ["new_drug_class"]
