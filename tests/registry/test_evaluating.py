"""A broken rule keeps no other from being asked, and what was not assessed is told."""

import time
from dataclasses import replace

import pytest

from rounds.registry.conditions import read_condition
from rounds.registry.evaluating import evaluate, not_assessed
from rounds.registry.rules import RuleSet, shipped
from rounds.registry.variables import variables
from tests.measured import Measured
from tests.registry.given import GIVEN, QUIET

PROMISED_US = 200
"""What all rules may take for one episode, in microseconds."""


def broken(text: str) -> RuleSet:
    """The rules with another condition of R-02."""
    rules = shipped()
    one = replace(rules.rules["R-02"], condition=read_condition(text, rules.variables))
    return replace(rules, rules={**rules.rules, "R-02": one})


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("days_enrolled / missed_of_last3 > 1", "missed_of_last3"),
        ("status > 3", "status"),
        ("days_enrolled", "days_enrolled"),
    ],
)
def test_a_broken_rule_is_named_and_the_others_are_asked(text: str, variable: str) -> None:
    state = {**QUIET, "item9_open": True, "burden_c": 9}
    found = evaluate(broken(text), state)
    assert [one.id for one in found.fired] == ["R-01", "R-27"]
    assert [(one.rule.id, one.variable) for one in found.faults] == [("R-02", variable)]


def test_a_wrong_value_breaks_only_the_rules_that_ask_for_it() -> None:
    found = evaluate(shipped(), {**QUIET, "plan_age_days": "long", "pcptsd": 5})
    assert [one.id for one in found.fired] == ["R-32"]
    assert [one.rule.id for one in found.faults] == ["R-28"]


def test_nothing_known_fires_nothing() -> None:
    found = evaluate(shipped(), {})
    assert (found.fired, found.faults) == ((), ())
    assert list(found.unknown) == list(shipped().rules.values())


def test_what_is_left_out_was_not_assessed() -> None:
    state = {name: value for name, value in QUIET.items() if name != "days_since_contact"}
    found = not_assessed(shipped(), state | {"days_enrolled": 20})
    assert "days_since_contact" in {one.name for one in found.variables}
    assert [one.id for one in found.rules] == ["R-07", "R-08", "R-09", "R-18"]
    early = not_assessed(shipped(), state | {"days_enrolled": 3, "status": "paused"})
    # Never reached cannot be, and nobody lost is meant, whatever the last contact was.
    assert [one.id for one in early.rules] == ["R-08", "R-09"]


def test_nothing_recorded_is_not_left_out() -> None:
    found = not_assessed(shipped(), {**QUIET, "days_since_contact": None, "days_enrolled": 14})
    assert found.rules == ()
    assert "days_since_contact" not in {one.name for one in found.variables}


def test_without_a_record_nothing_is_not_a_no() -> None:
    assert variables()["new_drug_class"].record is None
    found = not_assessed(shipped(), {**QUIET, "chronic_primary_pain": True})
    assert "new_drug_class" in {one.name for one in found.variables}
    assert [one.id for one in found.rules] == ["R-23"]
    told = {**QUIET, "chronic_primary_pain": True, "new_drug_class": "other"}
    assert not_assessed(shipped(), told).rules == ()


def test_each_variable_names_its_record() -> None:
    assert variables()["phq9_c"].record == "score"
    assert variables()["handoff_open_hours"].record == "handoff"
    asked = {name for rule in shipped().rules.values() for name in rule.condition.names}
    assert set(QUIET) == asked


def test_the_rules_are_quick(measured: Measured) -> None:
    states = [{**QUIET, **one["state"]} for one in GIVEN["vectors"]]
    rules, best = shipped(), float("inf")
    for _ in range(7):
        began = time.perf_counter()
        for _ in range(20):
            for state in states:
                evaluate(rules, state)
        best = min(best, (time.perf_counter() - began) / (20 * len(states)) * 1e6)
    measured("all rules over one episode", f"{best:.0f} µs, {PROMISED_US} promised")
    assert best < 3 * PROMISED_US
