"""What a page offers to change of the items of a section, and as what kind of field."""

from dataclasses import dataclass

from rounds.careplan.kinds import SECTIONS
from rounds.careplan.section_words import CHOICES, VALUES
from rounds.kernel.words import N_

TEXTS = {
    "plain": N_("In plain words"),
    "result": N_("What came of it"),
    "reason": N_("Reason"),
    "step": N_("What to do then"),
}
"""Texts beside the first one of an item, which is called as its section is."""
SET_ELSEWHERE = frozenset({"addresses", "code", "goal", "language", "origin", "task"})
"""Values that come with where an item came from, or are chosen on another page."""
DAYS = frozenset(
    {"at", "done", "due", "next_contact", "ordered", "started", "stopped", "target_date"}
)
PEOPLE = frozenset({"by", "owner", "prescriber", "who", "whom"})
NUMBERS = frozenset({"importance", "target", "threshold"})


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an item on a page; `sort` is day, person, number, flag, choice or line."""

    name: str
    label: str
    sort: str
    choices: tuple[str, ...] = ()


def fields_of(section: str) -> list[Field]:
    """Return what a page offers to change of the main items of a section."""
    kind = SECTIONS[section].shape[SECTIONS[section].main]
    found = []
    for name, check in kind.values.items():
        if name in SET_ELSEWHERE:
            continue
        # A date and a choice may have one name in two sections: the check tells which it is.
        choices = tuple(one for one in CHOICES if check(one) and not check("-"))
        if name in DAYS and check("2026-01-01") and not check("-"):
            sort = "day"
        elif check("00000000-0000-0000-0000-000000000000") and name in PEOPLE:
            sort = "person"
        elif name in NUMBERS:
            sort = "number"
        elif check(True):
            sort = "flag"
        elif choices:
            sort = "choice"
        else:
            sort = "line"
        found.append(Field(name, VALUES[name], sort, choices if sort == "choice" else ()))
    return found
