"""Where a summary is pre-filled from: one list of sources, asked in order.

Each gives one fact or none; without a fact there is no heading. What a source `keeps` is written
down when the visit is decided, so that it outlives the figures it was reckoned from; what people
told on arriving is not: it is forgotten after a day, here as everywhere.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, TypeAdapter

from rounds.kernel.actor import Role
from rounds.kernel.unit import Unit
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.queries import calls_of_room, check_ins_of_room, records_of_room, seats_of
from rounds.rooms.summary import summarise
from rounds.visits.happened import (
    Absence,
    Arrival,
    Fact,
    Happening,
    Lines,
    Seen,
    There,
    Times,
    absence_of,
    there_of,
    times_of,
)
from rounds.visits.model import Visit


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of fact: its name, its shape, how it is found, and whether it is kept.

    `for_hosts` marks what only those who let people in may see.
    """

    name: str
    fact: type[BaseModel]
    find: Callable[[Unit, Visit, Happening], Awaitable[BaseModel | None]]
    keeps: bool = True
    for_hosts: bool = False


def _of(reckon: Callable[[Happening], Fact | None]) -> Callable[..., Awaitable[BaseModel | None]]:
    async def find(_unit: Unit, _visit: Visit, seen: Happening) -> BaseModel | None:
        return reckon(seen)

    return find


SOURCES: Sequence[Source] = (
    Source("times", Times, _of(times_of)),
    Source("there", There, _of(there_of)),
    Source("absence", Absence, _of(absence_of)),
    Source("lines", Lines, _of(lambda seen: seen.lines)),
    Source("arrival", Arrival, _of(lambda seen: seen.arrival), keeps=False, for_hosts=True),
)

Found = Mapping[str, BaseModel]
_KEPT: TypeAdapter[dict[str, dict[str, object]]] = TypeAdapter(dict[str, dict[str, object]])


async def look(unit: Unit, visit: Visit, room: Room, hosts: bool, kept: str = "") -> Found:
    """Return what is known of a visit, in the order of the sources.

    `kept` is what was written down before; of those sources it is what counts.
    """
    seen, before = await _happening(unit, visit, room), read_kept(kept)
    found: dict[str, BaseModel] = {}
    for source in SOURCES:
        if source.for_hosts and not hosts:
            continue
        fact = before.get(source.name) or await source.find(unit, visit, seen)
        if fact is not None:
            found[source.name] = fact
    return found


def write_kept(found: Found) -> str:
    """Return what is to be kept of it, as JSON."""
    keeps = {one.name for one in SOURCES if one.keeps}
    kept = {name: fact.model_dump(mode="json") for name, fact in found.items() if name in keeps}
    return _KEPT.dump_json(kept).decode()


def read_kept(text: str) -> Found:
    """Return what `write_kept` wrote; what no source knows any more is left out."""
    kept = _KEPT.validate_json(text) if text else {}
    known = {one.name: one.fact for one in SOURCES}
    return {name: known[name].model_validate(fact) for name, fact in kept.items() if name in known}


async def _happening(unit: Unit, visit: Visit, room: Room) -> Happening:
    seats = await seats_of(unit.session, room.id)
    records = [record for record, _ in await records_of_room(unit.session, room.id)]
    present = {record.seat_id: record.present_ms for record in records}
    whose = {seat.id: seat.person_id for seat in seats}
    whole = summarise(records)
    return Happening(
        planned_at=visit.starts_at,
        began=room.started_at or visit.started_at,
        ended=room.closed_at,
        seats=[
            Seen(
                person=seat.person_id,
                role=str(seat.role),
                present_ms=present.get(seat.id, 0),
                let_in=seat.given == Standing.ADMITTED,
                arrived_at=seat.arrived_at,
            )
            for seat in _in_order(seats)
        ],
        calls=[
            (whose[one.seat_id], one.began_by, one.began_at, one.ended_at)
            for one in await calls_of_room(unit.session, room.id)
            if one.began_at is not None
        ],
        lines=Lines(weak=whole.weak, lost=whole.lost, reconnections=whole.reconnections)
        if whole.minutes
        else None,
        arrival=await _arrival(unit, room, seats),
        now=unit.now,
    )


def _in_order(seats: Sequence[Seat]) -> list[Seat]:
    """Return the patient first, then hosts, then everybody else."""
    return sorted(seats, key=lambda one: (one.role != Role.PATIENT, not one.may_admit))


async def _arrival(unit: Unit, room: Room, seats: Sequence[Seat]) -> Arrival | None:
    patient = next((one for one in seats if one.role == Role.PATIENT), None)
    row = (await check_ins_of_room(unit.session, room.id)).get(patient.id) if patient else None
    if row is None:
        return None
    told = Arrival(
        place=row.place or "",
        phone=row.phone or "",
        company=row.company or "",
        companions=row.companions or "",
        safe=row.safe or "",
    )
    return told if any(told.model_dump().values()) else None
