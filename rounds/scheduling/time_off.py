"""Spans in which somebody is away."""

from datetime import timedelta

from rounds.audit import trail
from rounds.kernel.errors import Invalid, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.scheduling.model import TimeOff
from rounds.scheduling.owner import changed, owner_or_office
from rounds.scheduling.queries import time_off_by_id
from rounds.scheduling.working import Span

LONGEST = timedelta(days=400)
LONGEST_WORDS = 300


async def add_time_off(unit: Unit, person: str, span: Span, words: str = "") -> TimeOff:
    """Let somebody be away. Raises Invalid for a span that runs backwards, is over or too long."""
    clinic, _ = await owner_or_office(unit, person)
    if span.ends <= span.begins:
        raise Invalid(
            "The end must come after the beginning.", {"until": "Please choose a later end."}
        )
    if span.ends <= unit.now:
        raise Invalid("This is over already.", {"until": "Please choose a later end."})
    if span.ends - span.begins > LONGEST:
        raise Invalid("This is longer than a year.", {"until": "Please choose an earlier end."})
    if len(words) > LONGEST_WORDS:
        raise Invalid("This is too long.", {"words": "Please use 300 letters or fewer."})
    row = TimeOff(
        id=new_id(),
        clinic_id=clinic.id,
        person_id=person,
        begins_at=span.begins,
        ends_at=span.ends,
        words=words,
    )
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(unit, "time_off.add", "schedule", person, clinic=clinic.id)
    changed(unit, clinic.id)
    return row


async def remove_time_off(unit: Unit, person: str, id: str) -> None:
    """Let somebody be there after all; what is gone already stays gone."""
    clinic, _ = await owner_or_office(unit, person)
    row = await time_off_by_id(unit.session, id)
    if row is None:
        return
    if row.person_id != person:
        raise NotFound("There is nothing here for you.")
    await unit.session.delete(row)
    await trail.record(unit, "time_off.remove", "schedule", person, clinic=clinic.id)
    changed(unit, clinic.id)
