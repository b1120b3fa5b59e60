"""Planning a visit, and what becomes of it: arrived, in progress, finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rounds.audit import trail
from rounds.kernel.actor import CLINICIANS, Role
from rounds.kernel.errors import Invalid
from rounds.kernel.ids import RoomId, VisitId, new_id
from rounds.kernel.unit import Unit
from rounds.rooms.model import Room
from rounds.rooms.opening import Occasion, Place, open_room
from rounds.visits.events import VisitChanged
from rounds.visits.model import LONGEST_MINUTES, SHORTEST_MINUTES, Visit, VisitState
from rounds.visits.queries import visit_of_room

OCCASION = "visit"


@dataclass(frozen=True, slots=True)
class Participant:
    """Who takes part, in which role."""

    person: str
    role: Role


@dataclass(frozen=True, slots=True)
class Appointment:
    """When a visit is, for how long, and what for."""

    starts_at: datetime
    minutes: int
    purpose: str = ""


async def plan(
    unit: Unit,
    clinic: str,
    patient: str,
    appointment: Appointment,
    participants: Sequence[Participant],
) -> tuple[Visit, Room]:
    """Plan a visit with its room. Raises Invalid without a clinician or with an odd length."""
    if not SHORTEST_MINUTES <= appointment.minutes <= LONGEST_MINUTES:
        raise Invalid("A visit takes 5 to 240 minutes.", {"minutes": "Please choose 5 to 240."})
    if not any(one.role in CLINICIANS for one in participants):
        raise Invalid("A visit needs a clinician.")
    visit = Visit(
        id=new_id(),
        clinic_id=clinic,
        patient_id=patient,
        starts_at=appointment.starts_at,
        minutes=appointment.minutes,
        purpose=appointment.purpose,
        state=VisitState.PLANNED,
    )
    unit.session.add(visit)
    await unit.session.flush()
    places = [Place(patient, Role.PATIENT, False)] + [
        Place(one.person, one.role, one.role in CLINICIANS) for one in participants
    ]
    room = await open_room(unit, clinic, patient, Occasion(OCCASION, visit.id), places)
    await trail.record(unit, "visit.plan", "visit", visit.id, patient, clinic)
    changed(unit, visit, room.id)
    return visit, room


async def reach(unit: Unit, room: str, state: VisitState) -> None:
    """Let the room's visit go forward to `state`; going back is not a thing."""
    visit = await visit_of_room(unit.session, room)
    if visit is not None and visit.reach(state, unit.now):
        await trail.record(
            unit, f"visit.{state}", "visit", visit.id, visit.patient_id, visit.clinic_id
        )
        changed(unit, visit, room)


def changed(unit: Unit, visit: Visit, room: str) -> None:
    """Tell pages that a visit is another one now."""
    unit.tell(VisitChanged(VisitId(visit.id), RoomId(room)))
