"""Whether somebody comes: asked by a link that changes nothing until a button is pressed."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rounds.audit import trail
from rounds.kernel.errors import Gone
from rounds.kernel.ids import RoomId, VisitId, is_id
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit
from rounds.notices.model import Meaning
from rounds.notices.queries import answers_about
from rounds.notices.replies import note_reply
from rounds.people.model import Clinic, Person
from rounds.rooms.queries import room_of_occasion
from rounds.visits.events import VisitChanged
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import visit_by_id
from rounds.visits.reminders import ABOUT

PURPOSE = "confirm visit"
LASTS_SECONDS = 120 * 24 * 3600
OVER = "This visit was moved or is over. Please look at our newest message, or call us."


@dataclass(frozen=True, slots=True)
class Question:
    """What the page asks: which clinic, when, and what was answered before."""

    clinic: Clinic
    starts_at: datetime
    answer: Meaning | None


def confirm_path(signer: Signer, visit: str, person: str, starts_at: str) -> str:
    """Return the way to the page; the token stays in the fragment, which is not sent.

    It names the time, so that nobody confirms one they were not told of.
    """
    return f"/confirm#t={signer.sign(PURPOSE, [visit, person, starts_at])}"


async def read_question(unit: Unit, signer: Signer, token: str) -> Question:
    """Look, without any effect. Raises Gone for a token that is none or of a time gone by."""
    visit, person, clinic = await _asked(unit, signer, token)
    given = await answers_about(unit.session, [visit.id])
    return Question(
        clinic,
        visit.starts_at.astimezone(ZoneInfo(clinic.time_zone)),
        given.get((visit.id, person.id)),
    )


async def answer(unit: Unit, signer: Signer, token: str, comes: bool) -> None:
    """Note whether the person comes. Raises Gone as `read_question` does."""
    visit, person, _ = await _asked(unit, signer, token)
    source = f"page:{visit.id}:{person.id}:{int(visit.starts_at.timestamp())}"
    await note_answer(unit, visit, person, Meaning.YES if comes else Meaning.NO, source)


async def note_answer(
    unit: Unit, visit: Visit, person: Person, meaning: Meaning, source: str, text: str = ""
) -> None:
    """Note an answer about a visit; the patient's own yes or no shows on the day's page."""
    await note_reply(unit, person, source, meaning, text, (ABOUT, visit.id))
    if person.id == visit.patient_id and meaning in (Meaning.YES, Meaning.NO):
        visit.confirmed_at = unit.now if meaning is Meaning.YES else None
        action = "visit.confirm" if meaning is Meaning.YES else "visit.decline"
        await trail.record(unit, action, "visit", visit.id, visit.patient_id, visit.clinic_id)
        room = await room_of_occasion(unit.session, visit.id)
        if room is not None:
            unit.tell(VisitChanged(VisitId(visit.id), RoomId(room.id)))


async def _asked(unit: Unit, signer: Signer, token: str) -> tuple[Visit, Person, Clinic]:
    value = signer.read(PURPOSE, token, LASTS_SECONDS)
    id, whose, starts_at = (str(part) for part in value)
    visit = await visit_by_id(unit.session, id) if is_id(id) else None
    person = await unit.session.get(Person, whose) if is_id(whose) else None
    clinic = await unit.session.get(Clinic, visit.clinic_id) if visit else None
    if visit is None or person is None or clinic is None:
        raise Gone(OVER)
    to_come = visit.state == VisitState.PLANNED and visit.planned_end > unit.now
    if not to_come or visit.starts_at != datetime.fromisoformat(starts_at):
        raise Gone(OVER)
    return visit, person, clinic
