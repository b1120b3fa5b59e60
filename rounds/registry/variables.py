"""The variables that rules ask for, and the record that each of them is taken from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rounds.registry.closures import State, Value
from rounds.registry.placed import Placed, read_placed

FILE = Path(__file__).with_name("variables.json")
SCHEMA = "rounds-variables/1"
KINDS = {"flag": "yes or no", "number": "a number", "word": "a word"}
RECORDS = (
    "appointment", "calendar", "care_plan_version", "case_review", "communication", "consent",
    "contact", "episode", "handoff", "problem", "referral", "safety_followup", "score",
    "test_order", "time_log", "treatment_change",
)  # fmt: skip
"""What a variable can be taken from, as the clinical reference names its records."""
MOST = 200
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Variable:
    """A fact about an episode on a day: what it says, and from which record.

    `kind` is flag, number or word; days, hours, minutes and points stand in `says`. `record` is
    None where the clinic keeps none here: such a variable is *not assessed*, not "no". `default`
    is its value in a patient for whom no rule fires; it completes test cases, never a patient.
    """

    name: str
    kind: str
    default: Value
    record: str | None
    says: str
    choices: tuple[str, ...] = ()

    def refuses(self, value: object) -> str:
        """Say why a value cannot be this variable's; "" if it can. None always can: unknown."""
        if value is None:
            return ""
        fits = {
            "flag": isinstance(value, bool),
            "number": isinstance(value, int | float) and not isinstance(value, bool),
            "word": isinstance(value, str) and 0 < len(value) <= LONGEST,
        }[self.kind]
        if not fits:
            return f"{KINDS[self.kind]} is expected"
        if self.choices and value not in self.choices:
            return f"it is none of {', '.join(self.choices)}"
        return ""


@cache
def variables() -> Mapping[str, Variable]:
    """Return every variable by its name. Raises BrokenFile."""
    return read_variables(FILE.name, FILE.read_bytes())


def read_variables(file: str, raw: bytes) -> Mapping[str, Variable]:
    """Return the variables that a file holds, in its order. Raises BrokenFile."""
    top = read_placed(file, raw).fields({"schema", "variables"})
    top["schema"].one_of("schema", {SCHEMA})
    found: dict[str, Variable] = {}
    for one in top["variables"].items(MOST):
        variable = _variable(one)
        if variable.name in found:
            raise one.broken(f"{variable.name} stands twice")
        found[variable.name] = variable
    return found


def read_state(told: Placed, known: Mapping[str, Variable]) -> State:
    """Return the values that an object gives to known variables. Raises BrokenFile."""
    for name, one in told.members().items():
        if name not in known:
            raise one.broken(f"{name} is no known variable")
        if reason := known[name].refuses(one.value):
            raise one.broken(f"{name}: {reason}")
    return {name: one.value for name, one in told.members().items()}


def _variable(told: Placed) -> Variable:
    parts = told.fields({"name", "kind", "default", "record", "says"}, {"choices"})
    name = parts["name"].text("name", 60)
    if not (name.isascii() and name.isidentifier() and name.islower()):
        raise parts["name"].broken("name: small letters, digits and lines are expected")
    record = parts["record"]
    found = Variable(
        name,
        parts["kind"].one_of("kind", KINDS),
        parts["default"].value,
        None if record.value is None else record.one_of("record", RECORDS),
        parts["says"].text("says", LONGEST),
        tuple(one.text("choices", LONGEST) for one in parts["choices"].items(MOST))
        if "choices" in parts
        else (),
    )
    if reason := found.refuses(found.default):
        raise parts["default"].broken(f"default: {reason}")
    return found
