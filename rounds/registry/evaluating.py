"""Which rules fire for an episode, and which could not be assessed."""

from dataclasses import dataclass

from rounds.registry.closures import State, Unassessable
from rounds.registry.rules import Rule, RuleSet
from rounds.registry.variables import Variable


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule could not be assessed: which variable stood in its way, and why."""

    rule: Rule
    variable: str
    reason: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules say of one episode on one day, each list in the order of the rules.

    `fired` are the open flags. `unknown` can be neither fired nor dismissed, as something they
    ask for is unknown. `faults` met a value that they can do nothing with.
    """

    fired: tuple[Rule, ...]
    unknown: tuple[Rule, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """What a state says nothing of: the variables, and the rules that stay open because of it."""

    variables: tuple[Variable, ...]
    rules: tuple[Rule, ...]


def evaluate(rules: RuleSet, state: State) -> Findings:
    """Ask every rule about a state; a fault in one keeps no other from being asked."""
    fired, unknown, faults = [], [], []
    for rule in rules.rules.values():
        try:
            found = rule.condition.test(state)
        except Unassessable as fault:
            faults.append(Fault(rule, fault.variable, fault.reason))
            continue
        if found:
            fired.append(rule)
        elif found is None:
            unknown.append(rule)
    return Findings(tuple(fired), tuple(unknown), tuple(faults))


def not_assessed(rules: RuleSet, state: State) -> NotAssessed:
    """Say which variables a state leaves out, and which rules therefore cannot be assessed.

    Left out is not the same as None: None says that nothing is recorded where one would record
    it. Where there is no such record at all, None says nothing either. A rule that is decided
    without what is missing is not among them.
    """
    missing = {
        name
        for name, one in rules.variables.items()
        if name not in state or (one.record is None and state[name] is None)
    }
    open_rules = [
        rule
        for rule in evaluate(rules, state).unknown
        if not missing.isdisjoint(rule.condition.names)
    ]
    return NotAssessed(
        tuple(rules.variables[name] for name in rules.variables if name in missing),
        tuple(open_rules),
    )
