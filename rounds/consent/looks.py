"""Who looked into a patient's record and what they did there, for the patient to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rounds.audit.model import AuditEntry
from rounds.audit.queries import about_patient_page
from rounds.consent.actions import Action
from rounds.consent.own import own_record
from rounds.kernel.unit import Unit
from rounds.people.model import Person
from rounds.people.queries import people_by_id

SIZE = 50
# Pages that hold nothing but the patient's own steps are turned; so many, then the reader does.
MOST_TURNED = 10
# That the care team wrote among itself is its own: hidden is absent, with the same counts.
OF_THE_TEAM = frozenset({Action.ROOM_CONFER})


@dataclass(frozen=True, slots=True)
class Look:
    """One line: who, in which role, what they did, when first, and how often that day."""

    person: Person | None
    kind: str
    role: str | None
    action: str
    outcome: str
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Looks:
    """A page of it, the newest first; `older` goes on from here, if there is more."""

    looks: Sequence[Look]
    older: str | None


async def read_looks(unit: Unit, before: str | None = None, most: int = SIZE) -> Looks:
    """Return what others did with the actor's own record, older than the line `before`.

    What the patient did is left out: they ask who else was there.
    """
    patient = (await own_record(unit, Action.MY_TRAIL)).person_id
    lines: list[AuditEntry] = []
    older = before
    for _ in range(MOST_TURNED):
        page = await about_patient_page(
            unit.session, patient, before=older, size=SIZE, without=OF_THE_TEAM
        )
        lines += [one for one in page.lines if one.actor_id != patient]
        older = page.older
        if older is None or len(lines) >= most:
            break
    if len(lines) > most:
        lines = lines[:most]
        older = lines[-1].id
    people = await people_by_id(unit.session, [one.actor_id for one in lines if one.actor_id])
    return Looks([_look(one, people.get(one.actor_id or "")) for one in lines], older)


def _look(line: AuditEntry, person: Person | None) -> Look:
    return Look(
        person=person,
        kind=line.actor_kind,
        role=line.actor_role,
        action=line.action,
        outcome=line.outcome,
        at=line.at,
        count=line.count,
    )
