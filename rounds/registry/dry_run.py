"""What other rules would change, before anybody is told anything by them."""

from collections.abc import Mapping
from dataclasses import dataclass

from rounds.registry.closures import State
from rounds.registry.evaluating import Findings, evaluate
from rounds.registry.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Difference:
    """An episode whose flags would change: rules by id, in their order.

    `no_longer_assessed` are rules that could be decided before and could not afterwards.
    """

    episode: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    no_longer_assessed: tuple[str, ...]


def dry_run(before: RuleSet, after: RuleSet, states: Mapping[str, State]) -> list[Difference]:
    """Return, for each episode that other rules would change, how; states are by episode."""
    found = []
    for episode, state in states.items():
        old, new = evaluate(before, state), evaluate(after, state)
        was, will = _fired(old), _fired(new)
        difference = Difference(
            episode,
            tuple(one for one in will if one not in was),
            tuple(one for one in was if one not in will),
            tuple(one for one in _open(new) if one not in _open(old)),
        )
        if difference.gained or difference.lost or difference.no_longer_assessed:
            found.append(difference)
    return found


def _fired(findings: Findings) -> list[str]:
    return [rule.id for rule in findings.fired]


def _open(findings: Findings) -> list[str]:
    """Return the rules that could not be decided."""
    return [rule.id for rule in findings.unknown] + [one.rule.id for one in findings.faults]
