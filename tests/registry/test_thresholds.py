"""A clinic moves thresholds by a file, tries it dry, and cannot make a safety rule looser."""

import json
from typing import Any

import pytest

from rounds.kernel.broken import BrokenFile
from rounds.registry.dry_run import Difference, dry_run
from rounds.registry.rules import RuleSet, shipped
from rounds.registry.thresholds import read_thresholds
from tests.registry.given import QUIET, fired

SOONER = {
    "rule": "R-08", "reason": "We see people every two weeks.",
    "message": "No clinical contact for more than 3 weeks.",
    "thresholds": {"days_without_contact": 21},
}  # fmt: skip


def file_of(*changes: dict[str, Any], version: object = 2) -> bytes:
    """A file whose first change stands in line 3, and each other in a line of its own."""
    told = ",\n".join(json.dumps(one) for one in changes)
    head = f'{{"schema": "rounds-thresholds/1", "version": {json.dumps(version)}'
    return f'{head},\n"changes": [\n{told}\n]}}'.encode()


def of(*changes: dict[str, Any]) -> RuleSet:
    return read_thresholds("c.json", file_of(*changes), shipped())


def change(rule: str, **parts: object) -> dict[str, Any]:
    return {"rule": rule, "reason": "We want it.", "message": "Look."} | parts


def test_a_threshold_moves_with_version_reason_and_message() -> None:
    rules = of(SOONER)
    rule = rules.rules["R-08"]
    assert (rules.version, rule.changed) == (2, SOONER["reason"])
    assert (rule.message, rule.thresholds[0].value) == (SOONER["message"], 21)
    assert rule.source == shipped().rules["R-08"].source
    away = {"days_since_contact": 22, "days_enrolled": 60}
    assert fired(away) == []
    assert fired(away, rules) == ["R-08"]
    assert list(rules.rules) == list(shipped().rules)


def test_a_threshold_moves_wherever_it_stands() -> None:
    rules = of(change("R-12", thresholds={"from_day": 42}))
    assert "42 <= days_enrolled < 84" in rules.rules["R-12"].condition.text
    assert "days_enrolled - 42" in rules.rules["R-12"].condition.text


def test_a_condition_is_replaced() -> None:
    rules = of(change("R-27", condition="burden_c is not None and burden_c >= 8 and elevated"))
    assert fired({"burden_c": 9}, rules) == []
    assert rules.rules["R-27"].thresholds == ()


def test_a_safety_rule_becomes_stricter() -> None:
    worse = {"phq9_prev": 5, "phq9_c": 9}
    assert fired(worse) == []
    assert fired(worse, of(change("R-04", thresholds={"phq9_points": 4}))) == ["R-04"]
    wider = "red_flag_symptom or burden_c is not None and burden_c >= 10"
    assert fired({"burden_c": 10}, of(change("R-05", condition=wider))) == ["R-05", "R-27"]


@pytest.mark.parametrize(
    ("changes", "line", "reason"),
    [
        ([change("R-99", thresholds={"a": 1})], 3, "no rule"),
        ([SOONER, SOONER], 4, "twice"),
        ([SOONER | {"thresholds": {"days": 21}}], 3, "days"),
        ([SOONER | {"thresholds": {}}], 3, "no threshold"),
        ([SOONER | {"thresholds": {"days_without_contact": "21"}}], 3, "number"),
        ([SOONER | {"thresholds": {"days_without_contact": -1}}], 3, "below zero"),
        ([SOONER | {"thresholds": {"days_without_contact": True}}], 3, "number"),
        ([SOONER | {"condition": "elevated"}], 3, "either"),
        ([change("R-08")], 3, "either"),
        ([SOONER | {"reason": ""}], 3, "reason"),
        ([{key: SOONER[key] for key in SOONER if key != "message"}], 3, "message is missing"),
        ([SOONER | {"urgency": "routine"}], 3, "urgency"),
        ([SOONER, change("R-27", condition="burden_c.real > 1")], 4, "condition"),
        ([change("R-04", thresholds={"phq9_points": 6})], 3, "stricter"),
        ([change("R-01", condition="item9_open and elevated")], 3, "safety rule"),
        ([change("R-01", condition="days_enrolled > 100000")], 3, "safety rule"),
        ([change("R-01", condition="days_enrolled / 0 > 1 or item9_open")], 3, "safety rule"),
    ],
)
def test_a_broken_change_is_refused(changes: list[Any], line: int, reason: str) -> None:
    with pytest.raises(BrokenFile, match=reason) as refused:
        of(*changes)
    assert refused.value.line == line


@pytest.mark.parametrize("version", [0, "2", True, 1.5, None])
def test_changes_are_numbered(version: object) -> None:
    with pytest.raises(BrokenFile, match="version"):
        read_thresholds("c.json", file_of(SOONER, version=version), shipped())


def test_a_dry_run_says_who_would_gain_and_lose_what() -> None:
    states = {
        "first": QUIET,
        "second": {**QUIET, "days_since_contact": 22},
        "third": {**QUIET, "burden_c": 7},
        "fourth": {**QUIET, "burden_c": 7, "days_since_contact": 22, "missed_of_last3": 0},
    }
    after = of(
        SOONER,
        change("R-27", thresholds={"burden_points": 8}),
        change("R-19", condition="1 / (missed_of_last3 - 1) >= 1"),
    )
    before = of(change("R-19", condition="1 / (missed_of_last3 - 1) >= 1"))
    assert dry_run(before, after, states) == [
        Difference("second", ("R-08",), (), ()),
        Difference("third", (), ("R-27",), ()),
        Difference("fourth", ("R-08",), ("R-27",), ()),
    ]
    assert dry_run(after, after, states) == []


def test_a_dry_run_says_what_could_no_longer_be_assessed() -> None:
    after = of(change("R-19", condition="1 / missed_of_last3 <= 1"))
    assert dry_run(shipped(), after, {"one": QUIET}) == [Difference("one", (), (), ("R-19",))]
