"""Cases to try rules with: a file of states by name, as the clinical reference has them."""

from dataclasses import dataclass

from rounds.registry.closures import State
from rounds.registry.placed import Placed, read_placed
from rounds.registry.rules import MOST_RULES, SCHEMA, RuleSet, read_rule_list, shipped
from rounds.registry.variables import read_state

MOST_CASES = 5_000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Case:
    """A state to try, complete, and the rules that should fire in it; None where nobody says."""

    name: str
    state: State
    expected: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases in the order of their file, and the rules to try: the file's own, or those shipped."""

    rules: RuleSet
    cases: tuple[Case, ...]


def read_cases(file: str, raw: bytes) -> Cases:
    """Return the cases of a file. Raises BrokenFile.

    What a case leaves out is filled from the file's `variables_default`, and then from the
    variables that ship: a quiet patient.
    """
    top = read_placed(file, raw).fields(
        {"vectors"},
        {"schema", "note", "variables_default", "rules", "review_order", "review_tiebreak"},
    )
    if "schema" in top:
        top["schema"].one_of("schema", {SCHEMA})
    rules = read_rule_list(top["rules"]) if "rules" in top else shipped()
    quiet = {name: one.default for name, one in rules.variables.items()}
    if "variables_default" in top:
        quiet |= read_state(top["variables_default"], rules.variables)
    told = top["vectors"].items(MOST_CASES)
    return Cases(rules, tuple(_case(one, rules, quiet) for one in told))


def _case(told: Placed, rules: RuleSet, quiet: State) -> Case:
    parts = told.fields(("case", "state"), {"expected"})
    expected = None
    if "expected" in parts:
        # Also of rules that a file with some of its own leaves out.
        expected = tuple(one.text("expected", 32) for one in parts["expected"].items(MOST_RULES))
    state = {**quiet, **read_state(parts["state"], rules.variables)}
    return Case(parts["case"].text("case", LONGEST_NAME), state, expected)
