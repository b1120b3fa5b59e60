"""What somebody says about a visit after it: given, changed, taken back, for seven days.

Who reads it is decided so. The people who were in the visit never see a single answer: whoever is
treated by somebody does not tell them the truth if it comes with a name, and must not have to fear
for their care. All staff see sums of five people or more (`quality`). What was written in words is
read by coordinators and administrators who had no seat in the visit, because somebody has to be
able to act on it; they see whose it is only when they ask, which the patient can see. The page says
all of this before anything is answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.accounts.queries.invitations import invitation_by_id
from rounds.audit import trail
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.errors import Gone, Invalid, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.queries import calls_of_room, room_by_id, seat_of_person
from rounds.visits.experience_model import Experience
from rounds.visits.experience_questions import STEPS, Problem, Question, ordered
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import experience_of, experiences_to_count, visit_of_room

CHANGEABLE = timedelta(days=7)
LONGEST_WORDS = 2000
AT_A_TIME = 200
ASKED = frozenset({Role.PATIENT, Role.RELATIVE})
"""Whom the three questions are meant for; others behind a link are asked what went wrong."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told now: for each question an answer or, skipped, None; None leaves the rest."""

    answers: dict[Question, str | None]
    problems: Sequence[Problem] | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is asked about a visit, what they answered, and until when it may change."""

    clinic: Clinic
    visit: Visit
    questions: Sequence[Question]
    row: Experience | None
    until: datetime


async def read_experience(unit: Unit, invitation: str) -> Asked:
    """Return what the guest of a link is asked after the visit.

    Raises NotFound for everybody else, Gone before the visit has ended and when a week has passed.
    """
    room, seat, visit = await _place(unit, invitation)
    until = _until(visit, unit.now)
    return Asked(
        clinic=await unit.session.get_one(Clinic, visit.clinic_id),
        visit=visit,
        questions=await _questions(unit, room, seat),
        row=await experience_of(unit.session, visit.id, seat.person_id),
        until=until,
    )


async def take_experience(unit: Unit, invitation: str, told: Told) -> Experience:
    """Keep what is told; what is not named stays as it was. Raises as `read_experience`.

    Raises Invalid for an answer that is none, or to a question that this person is not asked.
    """
    room, seat, visit = await _place(unit, invitation)
    until = _until(visit, unit.now)
    asked = await _questions(unit, room, seat)
    for question, answer in told.answers.items():
        if question not in asked or (answer is not None and answer not in STEPS[question]):
            raise Invalid("This is not one of the answers.")
    row = await experience_of(unit.session, visit.id, seat.person_id)
    if row is None:
        row = Experience(
            id=new_id(),
            clinic_id=visit.clinic_id,
            visit_id=visit.id,
            patient_id=visit.patient_id,
            person_id=seat.person_id,
            given_at=unit.now,
            until=until,
        )
        unit.session.add(row)
    for question, answer in told.answers.items():
        setattr(row, question, answer)
    if told.problems is not None:
        row.problems = " ".join(ordered(told.problems)) or None
    if told.words is not None:
        row.words = told.words.strip() or None
    row.given_at = unit.now
    await trail.record(unit, Action.EXPERIENCE_GIVE, "visit", visit.id, visit.patient_id)
    return row


async def take_final(unit: Unit) -> Sequence[tuple[Experience, Visit]]:
    """Return the next answers that nobody can change any more, marked as counted."""
    found = await experiences_to_count(unit.session, unit.now, AT_A_TIME)
    for row, _ in found:
        row.counted_at = unit.now
    return found


def problems_of(row: Experience) -> list[Problem]:
    """Return what somebody said went wrong."""
    return [Problem(one) for one in (row.problems or "").split()]


def is_open_for_answers(visit: Visit, now: datetime) -> bool:
    """Tell whether people may say now how the visit was."""
    ended = visit.ended_at
    return visit.state == VisitState.FINISHED and ended is not None and now < ended + CHANGEABLE


async def _place(unit: Unit, invitation: str) -> tuple[Room, Seat, Visit]:
    link = await invitation_by_id(unit.session, invitation)
    patient = link.patient_id if link else None
    require(unit, Action.EXPERIENCE_GIVE, Thing("invitation", invitation, patient=patient))
    room = await room_by_id(unit.session, link.room_id) if link else None
    visit = await visit_of_room(unit.session, room.id) if room else None
    seat = await seat_of_person(unit.session, room.id, link.person_id) if room and link else None
    if room is None or visit is None or seat is None:
        raise NotFound("There is nothing here for you.")
    return room, seat, visit


def _until(visit: Visit, now: datetime) -> datetime:
    if not is_open_for_answers(visit, now) or visit.ended_at is None:
        raise Gone("This page takes answers for seven days after a visit.")
    return visit.ended_at + CHANGEABLE


async def _questions(unit: Unit, room: Room, seat: Seat) -> Sequence[Question]:
    """Whoever never got in is asked what went wrong, not how the talk was."""
    if seat.role not in ASKED:
        return ()
    calls = await calls_of_room(unit.session, room.id)
    spoke = any(one.seat_id == seat.id and one.began_at is not None for one in calls)
    was_in = seat.given in (Standing.ADMITTED, Standing.SENT_BACK)
    return tuple(Question) if was_in or spoke else ()
