"""Gives somebody a task."""

from dataclasses import dataclass

from rounds.consent.actions import Action
from rounds.consent.relations import require_patient
from rounds.kernel.errors import Invalid
from rounds.kernel.ids import PersonId, new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Patient
from rounds.people.queries import patient_by_id
from rounds.tasks.due import due_day
from rounds.tasks.events import TaskGiven
from rounds.tasks.model import (
    LONGEST_ORIGIN,
    LONGEST_SUBJECT,
    Deed,
    OriginKind,
    Task,
    TaskState,
)
from rounds.tasks.owners import chosen, possible_owners
from rounds.tasks.queries import task_by_key
from rounds.tasks.steps import step
from rounds.tasks.telling import tell_owner

LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a task comes from: a thing of a kind by its id, and words for people."""

    kind: OriginKind
    id: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done: by whom (a person's id or a role's name), in how many working days.

    `asks` that the owner accepts it first; `key` makes one task of what is sent or found twice.
    """

    subject: str
    owner: str
    days: int
    asks: bool = False
    origin: Origin | None = None
    key: str | None = None


async def give(unit: Unit, patient_id: str, wanted: Wanted) -> Task:
    """Give a task as the actor.

    Raises NotFound for whoever may not, Invalid naming `subject`, `owner` or `days`.
    """
    patient = await require_patient(unit, Action.TASK_GIVE, patient_id)
    return await enter(unit, patient, wanted)


async def enter(unit: Unit, patient: Patient, wanted: Wanted) -> Task:
    """Do the same on behalf of whoever was asked already, such as a rule that found a need."""
    # Locked: of two who give the same at once, one finds what the other gave.
    await patient_by_id(unit.session, patient.person_id)
    if wanted.key is not None:
        known = await task_by_key(unit.session, patient.person_id, wanted.key)
        if known is not None:
            return known
    subject = _checked(wanted)
    owner = chosen(await possible_owners(unit, patient), wanted.owner)
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    mine = owner.person is not None and owner.person.id == unit.actor.person
    origin = wanted.origin
    task = Task(
        id=new_id(),
        clinic_id=patient.clinic_id,
        patient_id=patient.person_id,
        subject=subject,
        owner_id=owner.person.id if owner.person else None,
        owner_role=None if owner.person else owner.role,
        # Nobody asks themselves.
        state=TaskState.ACCEPTED if mine else TaskState.OPEN,
        asks=wanted.asks and not mine,
        due_on=await due_day(unit, clinic, wanted.days),
        origin_kind=origin.kind if origin else None,
        origin_id=origin.id if origin else None,
        origin_words=origin.words if origin else "",
        given_by=unit.actor.person,
        given_at=unit.now,
        key=wanted.key,
    )
    unit.session.add(task)
    await unit.session.flush()
    await step(unit, task, Deed.GIVE, to=(task.owner_id, task.owner_role), due_on=task.due_on)
    unit.tell(TaskGiven(task.id, PersonId(task.patient_id)))
    await tell_owner(unit, task)
    return task


def _checked(wanted: Wanted) -> str:
    subject = wanted.subject.strip()
    if not subject:
        words = "Please say what is to be done."
        raise Invalid(words, {"subject": words})
    if len(subject) > LONGEST_SUBJECT:
        raise Invalid("This is too long.", {"subject": "Please use 200 letters or fewer."})
    origin = wanted.origin
    if origin is not None and (len(origin.words) > LONGEST_ORIGIN or len(origin.id) > LONGEST_ID):
        raise Invalid("Where this task comes from is too long to be kept.")
    return subject
