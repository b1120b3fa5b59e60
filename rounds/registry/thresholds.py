"""A clinic's own thresholds: a short file that says which rule it changes, how and why."""

from dataclasses import replace

from rounds.registry.closures import BrokenCondition
from rounds.registry.conditions import Condition, read_condition, replace_numbers, widens
from rounds.registry.placed import Placed, read_placed
from rounds.registry.rules import (
    LONGEST_MESSAGE,
    SAFETY,
    Rule,
    RuleSet,
    Threshold,
    number_at,
    read_condition_at,
)

SCHEMA = "rounds-thresholds/1"
LONGEST_REASON = 500


def read_thresholds(file: str, raw: bytes, rules: RuleSet) -> RuleSet:
    """Return the rules that ship as a clinic's file changes them. Raises BrokenFile.

    The file has a `schema`, a `version` from 1 on and `changes`; each names a `rule`, a `reason`
    and either `thresholds`, a number by name, or a whole `condition`. It brings the `message` anew,
    since the one that ships names the numbers that ship. A safety rule can be made stricter: its
    thresholds move in the stricter direction alone, and another condition only adds to its own.
    """
    top = read_placed(file, raw).fields({"schema", "version", "changes"})
    top["schema"].one_of("schema", {SCHEMA})
    changed: dict[str, Rule] = {}
    for one in top["changes"].items(len(rules.rules)):
        rule = _changed(one, rules)
        if rule.id in changed:
            raise one.broken(f"{rule.id} is changed twice")
        changed[rule.id] = rule
    return replace(
        rules, rules={**rules.rules, **changed}, version=top["version"].whole("version", 1)
    )


def _changed(told: Placed, rules: RuleSet) -> Rule:
    parts = told.fields(("rule", "reason", "message"), {"condition", "thresholds"})
    if ("condition" in parts) is ("thresholds" in parts):
        raise told.broken("a change has either thresholds or a condition")
    id = parts["rule"].text("rule", 32)
    if id not in rules.rules:
        raise parts["rule"].broken(f"{id} is no rule")
    rule = rules.rules[id]
    reason = parts["reason"].text("reason", LONGEST_REASON)
    message = parts["message"].text("message", LONGEST_MESSAGE)
    if "thresholds" in parts:
        thresholds = _thresholds(parts["thresholds"], rule)
        condition = _moved(parts["thresholds"], rule, thresholds, rules)
        return replace(
            rule, condition=condition, thresholds=thresholds, message=message, changed=reason
        )
    condition = read_condition_at(parts["condition"], rules.variables)
    if rule.group == SAFETY and not widens(rule.condition, condition):
        raise parts["condition"].broken(
            f"{id} is a safety rule: its condition can only grow, as “{rule.condition.text} or …”"
        )
    # Its numbers may mean something else now.
    return replace(rule, condition=condition, thresholds=(), message=message, changed=reason)


def _thresholds(told: Placed, rule: Rule) -> tuple[Threshold, ...]:
    given = told.fields((), [one.name for one in rule.thresholds])
    if not given:
        raise told.broken("no threshold is named")
    return tuple(
        _set(rule, one, given[one.name]) if one.name in given else one for one in rule.thresholds
    )


def _set(rule: Rule, threshold: Threshold, told: Placed) -> Threshold:
    value = number_at(told)
    looser = value > threshold.value if threshold.stricter == "lower" else value < threshold.value
    if rule.group == SAFETY and looser:
        raise told.broken(f"{rule.id} is a safety rule: {threshold.name} can only be made stricter")
    return replace(threshold, value=value)


def _moved(
    told: Placed, rule: Rule, thresholds: tuple[Threshold, ...], rules: RuleSet
) -> Condition:
    moves = {
        float(old.value): new.value
        for old, new in zip(rule.thresholds, thresholds, strict=True)
        if old.value != new.value
    }
    try:
        return read_condition(replace_numbers(rule.condition, moves), rules.variables)
    except BrokenCondition as broken:
        raise told.broken(f"condition: {broken}") from None
