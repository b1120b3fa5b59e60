"""What a new task begins with when another page hands over what it is to be made of."""

from dataclasses import dataclass
from datetime import date

from rounds.consent.actions import Action
from rounds.consent.relations import require_patient
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.rooms.queries import room_of_occasion
from rounds.tasks.due import today, working_days
from rounds.tasks.entries import Entries
from rounds.tasks.giving import Origin
from rounds.tasks.model import LONGEST_SUBJECT, MOST_DAYS, OriginKind


@dataclass(frozen=True, slots=True)
class Beginning:
    """Words, a person's id and working days from today; "" and None where nothing is told."""

    subject: str = ""
    owner: str = ""
    days: int | None = None


async def begin_task(unit: Unit, patient_id: str, origin: Origin, entries: Entries) -> Beginning:
    """Return what a task of an origin begins with, asked as for giving it.

    Raises NotFound for what does not exist, is another patient's, or is not the actor's to read.
    """
    patient = await require_patient(unit, Action.TASK_GIVE, patient_id)
    if origin.kind is OriginKind.VISIT:
        room = await room_of_occasion(unit.session, origin.id) if is_id(origin.id) else None
        if room is None or room.occasion != "visit" or room.patient_id != patient_id:
            raise NotFound("There is nothing here for you.")
        return Beginning()
    draft = await entries.draft(unit, patient_id, origin.id)
    clinic = await unit.session.get_one(Clinic, patient.clinic_id)
    days = await _days_until(unit, clinic, draft.due) if draft.due else None
    return Beginning(_shortened(draft.words), draft.owner, days)


async def _days_until(unit: Unit, clinic: Clinic, due: date) -> int | None:
    """Return how many working days from today are the last on or before a day; 0 for the past."""
    calendar = await working_days(unit.session, clinic)
    day, found = today(unit, clinic), 0
    while found < MOST_DAYS:
        following = calendar.working_day(day, found + 1)
        if following is None or following > due:
            return found
        found += 1
    return None


def _shortened(words: str) -> str:
    if len(words) <= LONGEST_SUBJECT:
        return words
    return words[: LONGEST_SUBJECT - 1].rstrip() + "…"
