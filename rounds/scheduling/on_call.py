"""Who is on call: shifts entered, moved and taken out, and who watches at a moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rounds.audit import trail
from rounds.kernel.actor import CLINICIANS, Role
from rounds.kernel.database import AsyncSession
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic
from rounds.people.queries import staff_member
from rounds.scheduling.model import Shift
from rounds.scheduling.owner import changed, office
from rounds.scheduling.queries import shift_by_id, shifts_between, time_off_between, without_account
from rounds.scheduling.working import Span

ON_CALL = CLINICIANS | {Role.COORDINATOR}
LONGEST = timedelta(days=7)
FURTHEST = timedelta(days=400)
MOST_WEEKS = 26


async def add_shifts(unit: Unit, person: str, spans: Sequence[Span]) -> Sequence[Shift]:
    """Enter shifts of one person, all or none.

    Raises Invalid for spans that run backwards, are over, too long or too far away, and for
    people who cannot be on call; Conflict where the person is on call already.
    """
    return await enter_shifts(unit, await office(unit), person, spans)


async def enter_shifts(
    unit: Unit, clinic: Clinic, person: str, spans: Sequence[Span]
) -> Sequence[Shift]:
    """Do the same on behalf of whoever was asked already, such as the founding of a clinic."""
    await _check_person(unit, clinic.id, person)
    if not 1 <= len(spans) <= MOST_WEEKS:
        raise Invalid("Please choose 1 to 26 weeks.", {"weeks": "Please choose 1 to 26."})
    added: list[Shift] = []
    for span in spans:
        await _check_span(unit, clinic.id, person, span)
        row = Shift(
            id=new_id(),
            clinic_id=clinic.id,
            person_id=person,
            begins_at=span.begins,
            ends_at=span.ends,
        )
        unit.session.add(row)
        await unit.session.flush()
        added.append(row)
    await trail.record(unit, "shift.add", "schedule", person, clinic=clinic.id)
    changed(unit, clinic.id)
    return added


async def move_shift(unit: Unit, id: str, person: str, span: Span) -> Shift:
    """Give a shift another time or another person. Raises Conflict for one that is over."""
    row = await _changeable(unit, id)
    await _check_person(unit, row.clinic_id, person)
    await _check_span(unit, row.clinic_id, person, span, besides=row.id)
    row.person_id, row.begins_at, row.ends_at = person, span.begins, span.ends
    await trail.record(unit, "shift.move", "schedule", person, clinic=row.clinic_id)
    changed(unit, row.clinic_id)
    return row


async def remove_shift(unit: Unit, id: str) -> None:
    """Take a shift out; one that runs ends now, so that the record of who watched stays true."""
    row = await _changeable(unit, id)
    if row.begins_at < unit.now:
        row.ends_at = unit.now
    else:
        await unit.session.delete(row)
    await trail.record(unit, "shift.remove", "schedule", row.person_id, clinic=row.clinic_id)
    changed(unit, row.clinic_id)


async def on_call_at(session: AsyncSession, clinic: str, at: datetime) -> Sequence[str]:
    """Return who is on call at a moment and not away, whose shift began first before others."""
    instant = at + timedelta(microseconds=1)
    away = {row.person_id for row in await time_off_between(session, clinic, at, instant)}
    away |= await without_account(session, clinic)
    shifts = await shifts_between(session, clinic, at, instant)
    return list(dict.fromkeys(row.person_id for row in shifts if row.person_id not in away))


async def _changeable(unit: Unit, id: str) -> Shift:
    clinic = await office(unit)
    row = await shift_by_id(unit.session, id)
    if row is None or row.clinic_id != clinic.id:
        raise NotFound("There is nothing here for you.")
    if row.ends_at <= unit.now:
        raise Conflict("This shift is over. It stays as it was.")
    return row


async def _check_person(unit: Unit, clinic: str, person: str) -> None:
    member = await staff_member(unit.session, person)
    if member is None or member.clinic_id != clinic or member.role not in ON_CALL:
        raise Invalid(
            "This person cannot be on call.",
            {"person": "Please choose a clinician or a coordinator of the clinic."},
        )


async def _check_span(
    unit: Unit, clinic: str, person: str, span: Span, besides: str | None = None
) -> None:
    if span.ends <= span.begins:
        raise Invalid(
            "The end must come after the beginning.", {"until": "Please choose a later end."}
        )
    if span.ends <= unit.now:
        raise Invalid("This is over already.", {"until": "Please choose a later end."})
    if span.ends - span.begins > LONGEST:
        raise Invalid(
            "Nobody is on call for more than a week at a time.",
            {"until": "Please choose an earlier end."},
        )
    if span.begins > unit.now + FURTHEST:
        raise Invalid("This is more than a year away.", {"from": "Please choose an earlier day."})
    for row in await shifts_between(unit.session, clinic, span.begins, span.ends):
        if row.person_id == person and row.id != besides:
            raise Conflict("This person is on call already at that time.")
