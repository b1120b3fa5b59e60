"""The end of a visit: one decision (next step, owner, date) and words for the patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from rounds.audit import trail
from rounds.careplan.arriving import Arrival, Step, code_of, look_at_arrival, put_into_plan
from rounds.careplan.origins import Source
from rounds.consent.access import can
from rounds.consent.actions import Action
from rounds.consent.queries import patients_keeping_out
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, Gone, Invalid
from rounds.kernel.ids import RoomId, VisitId, new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person
from rounds.people.queries import people_by_id
from rounds.rooms.arrival import is_unsafe
from rounds.rooms.lobby import thing_of
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import check_ins_of_room, room_by_id, seat_of_person, seats_of
from rounds.visits.arranging import arranged
from rounds.visits.closing_model import Agreement, VisitSummary
from rounds.visits.events import SummaryChanged
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import (
    agreements_of,
    summary_of,
    unfinished_summaries,
    visit_of_room,
)
from rounds.visits.sources import Found, look, write_kept

LONGEST_STEP, LONGEST_REASON, LONGEST_AGREED = 200, 300, 4000
SETTLING = timedelta(hours=1)
"""In which figures of a visit still come in: what is kept seconds after the end is not all."""
CALLED_OFF = "This visit was called off, so there is nothing to sum up."


@dataclass(frozen=True, slots=True)
class Written:
    """What a host wrote; `owner` is a person's id or empty, like every field of it."""

    next_step: str = ""
    owner: str = ""
    due_on: date | None = None
    nothing: bool = False
    reason: str = ""
    agreed: str = ""

    @property
    def decision(self) -> tuple[object, ...]:
        """What of it is the decision, without what does not count beside "nothing further"."""
        if self.nothing:
            return (True, self.reason)
        return (False, self.next_step, self.owner, self.due_on)


@dataclass(frozen=True, slots=True)
class Closing:
    """A visit's summary as its page shows it; `row` is None until something was saved.

    `arrival` is how far the next step came on its way into the care plan, None for whoever does not
    read that part of it.
    """

    clinic: Clinic
    visit: Visit
    room: Room
    row: VisitSummary | None
    found: Found
    owners: Sequence[tuple[Person, Role]]
    people: dict[str, Person]
    published: Sequence[Agreement]
    may_write: bool
    arrival: Arrival | None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A visit that was ended without a decision."""

    summary: VisitSummary
    visit: Visit
    patient: Person


def written_of(row: VisitSummary | Agreement | None) -> Written:
    """Return what stands in a row."""
    if row is None:
        return Written()
    return Written(
        row.next_step, row.owner_id or "", row.due_on, row.nothing, row.reason, row.agreed
    )


async def read_closing(
    unit: Unit, visit_id: str, action: Action = Action.SUMMARY_READ, recorded: bool = True
) -> Closing:
    """Return the summary of a visit; the reading leaves a line in the trail.

    Not `recorded` where it is part of another reading that leaves one, as of the console.

    Raises NotFound for whoever may not, Gone for a visit that was called off.
    """
    visit, room = await arranged(unit, visit_id, action)
    if visit.state == VisitState.CANCELLED:
        raise Gone(CALLED_OFF)
    seats = await seats_of(unit.session, room.id)
    row = await summary_of(unit.session, visit.id)
    published = await agreements_of(unit.session, visit.id)
    mine = await seat_of_person(unit.session, room.id, unit.actor.person)
    hosts = mine is not None and mine.may_admit
    writers = [one for one in (row and row.saved_by, row and row.decided_by) if one]
    known = await people_by_id(
        unit.session,
        [*(one.person_id for one in seats), *writers, *(one.published_by for one in published)],
    )
    if recorded:
        await trail.record_reading(unit, Action.SUMMARY_READ, "visit", visit.id, visit.patient_id)
    thing = await thing_of(unit, room, mine, room.id)
    return Closing(
        clinic=await unit.session.get_one(Clinic, visit.clinic_id),
        visit=visit,
        room=room,
        row=row,
        found=await look(unit, visit, room, hosts, _kept(unit, visit, row)),
        owners=[(known[one.person_id], Role(one.role)) for one in _owners(seats)],
        people=dict(known),
        published=published,
        may_write=can(unit.actor, Action.SUMMARY_WRITE, thing).allowed,
        arrival=await look_at_arrival(unit, visit.patient_id, code_of(Source.VISIT, visit.id)),
    )


async def save(
    unit: Unit,
    visit_id: str,
    written: Written,
    revision: int,
    decide: bool,
    into_plan: bool = False,
) -> VisitSummary:
    """Save what was written on top of `revision`; with `decide` it is the visit's decision.

    With `into_plan` the next step goes into the patient's care plan as well, once for a visit.

    Raises Conflict, with what stands and its revision, when another host saved meanwhile: the
    writer decides, nothing is lost. Raises Invalid for an owner who has no part in the visit and,
    with `decide`, for a decision that is not whole. Raises Forbidden, with `into_plan`, where the
    plan is not theirs to write.
    """
    visit, room = await arranged(unit, visit_id, Action.SUMMARY_WRITE)
    if visit.state == VisitState.CANCELLED:
        raise Gone(CALLED_OFF)
    row = await _row(unit, visit)
    before = written_of(row)
    owners = {one.person_id for one in _owners(await seats_of(unit.session, room.id))}
    if written.owner and written.owner not in owners:
        raise Invalid(
            "This person has no part in this visit.", {"owner": "Please choose somebody else."}
        )
    if before != written and row.revision != revision:
        raise Conflict("Somebody else saved this summary while you were writing.", **_stands(row))
    if before != written:
        _take(row, written)
        row.revision += 1
        row.saved_at, row.saved_by = unit.now, unit.actor.person
        await trail.record(unit, Action.SUMMARY_WRITE, "visit", visit.id, visit.patient_id)
        if before.decision != written.decision and row.decided_at is not None:
            row.decided_at = row.decided_by = None
            unit.tell(SummaryChanged(VisitId(visit.id), RoomId(room.id)))
    if decide and row.decided_at is None:
        await _check_whole(unit, visit, written)
        row.decided_at, row.decided_by = unit.now, unit.actor.person
        await keep_what_happened(unit, visit, room, row)
        unit.tell(SummaryChanged(VisitId(visit.id), RoomId(room.id)))
        await trail.record(unit, "visit.decide", "visit", visit.id, visit.patient_id)
    if into_plan:
        await _take_into_plan(unit, visit, row)
    await unit.session.flush()
    return row


async def _take_into_plan(unit: Unit, visit: Visit, row: VisitSummary) -> None:
    if row.decided_at is None or row.nothing or row.due_on is None:
        raise Invalid("Only a next step that is decided goes into the care plan.")
    step = Step(row.next_step, row.owner_id, row.due_on)
    await put_into_plan(unit, visit.patient_id, code_of(Source.VISIT, visit.id), step)


async def expect_summary(unit: Unit, room_id: str) -> None:
    """Put the summary of a visit that ends now on the list of whoever ends it.

    One that nobody was let into has nothing to sum up; a decision made before the end stands.
    """
    visit, room = (
        await visit_of_room(unit.session, room_id),
        await room_by_id(unit.session, room_id),
    )
    if visit is None or room is None or visit.started_at is None or visit.ended_at is None:
        return
    row = await _row(unit, visit)
    told = await check_ins_of_room(unit.session, room_id)
    seats = {one.id: one for one in await seats_of(unit.session, room_id)}
    # What was told on arriving is forgotten after a day; that nobody writes is not.
    row.quiet = any(is_unsafe(one) and seats[id].role == Role.PATIENT for id, one in told.items())
    row.ended_at = visit.ended_at
    row.ended_by = unit.actor.person if unit.actor.is_staff else None
    await unit.session.flush()


async def to_finish(unit: Unit) -> list[Unfinished]:
    """Return the summaries that wait for the actor, but of patients who keep them out."""
    me = unit.actor.person or ""
    kept = await patients_keeping_out(unit.session, me)
    found = await unfinished_summaries(unit.session, me)
    return [Unfinished(*one) for one in found if one[2].id not in kept]


async def keep_what_happened(unit: Unit, visit: Visit, room: Room, row: VisitSummary) -> None:
    """Write down what is known of a visit that is over; after `SETTLING`, what stands stands."""
    if visit.state == VisitState.FINISHED and (not row.happened or _settles(unit, visit)):
        row.happened = write_kept(await look(unit, visit, room, hosts=True))


def _kept(unit: Unit, visit: Visit, row: VisitSummary | None) -> str:
    return "" if row is None or _settles(unit, visit) else row.happened


def _settles(unit: Unit, visit: Visit) -> bool:
    return visit.ended_at is not None and unit.now < visit.ended_at + SETTLING


def _owners(seats: Sequence[Seat]) -> list[Seat]:
    return [one for one in seats if one.role != Role.INTERPRETER]


def _take(row: VisitSummary, written: Written) -> None:
    row.next_step, row.owner_id = written.next_step, written.owner or None
    row.due_on, row.nothing = written.due_on, written.nothing
    row.reason, row.agreed = written.reason, written.agreed


def _stands(row: VisitSummary) -> dict[str, object]:
    stands = written_of(row)
    return {
        "revision": row.revision,
        "next_step": stands.next_step,
        "owner": stands.owner,
        "due": stands.due_on.isoformat() if stands.due_on else "",
        "nothing": stands.nothing,
        "reason": stands.reason,
        "agreed": stands.agreed,
    }


async def _row(unit: Unit, visit: Visit) -> VisitSummary:
    row = await summary_of(unit.session, visit.id)
    if row is None:
        row = VisitSummary(
            id=new_id(),
            clinic_id=visit.clinic_id,
            visit_id=visit.id,
            patient_id=visit.patient_id,
            next_step="",
            nothing=False,
            reason="",
            agreed="",
            happened="",
            revision=0,
            quiet=False,
        )
        unit.session.add(row)
        await unit.session.flush()
    return row


async def _check_whole(unit: Unit, visit: Visit, written: Written) -> None:
    faults: dict[str, str] = {}
    if written.nothing:
        if not written.reason.strip():
            faults["reason"] = "Please say in plain words why nothing further is planned."
    else:
        clinic = await unit.session.get_one(Clinic, visit.clinic_id)
        today = unit.now.astimezone(ZoneInfo(clinic.time_zone)).date()
        if not written.next_step.strip():
            faults["next_step"] = "Please say what happens next."
        if not written.owner:
            faults["owner"] = "Please choose who does it."
        if written.due_on is None:
            faults["due"] = "Please choose by when."
        elif written.due_on < today:
            faults["due"] = "This day is over. Please choose another one."
    if faults:
        raise Invalid("Something is missing for the decision.", faults)
