"""Writes down how connections were: twice a minute, when somebody goes and when a room closes."""

from collections.abc import Iterable, Mapping

from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit, Units
from rounds.rooms.connections import Connections
from rounds.rooms.figures import Key
from rounds.rooms.model import Seat
from rounds.rooms.queries import record_of_seat, room_by_id, seats_by_id
from rounds.rooms.records_model import ADDED, ConnectionRecord
from rounds.rooms.tally import Delays, Tally

LONGEST_CODECS = 60


async def write_records(
    units: Units, connections: Connections, rooms: Iterable[str] | None = None
) -> None:
    """Add what happened since the last time to the records; what fails is tried again later."""
    taken = connections.take(rooms)
    if not taken:
        return
    written = False
    try:
        async with units(SYSTEM) as unit:
            await _write(unit, taken)
        written = True
    finally:
        if not written:
            connections.give_back(taken)


async def _write(unit: Unit, taken: Mapping[Key, Tally]) -> None:
    seats = await seats_by_id(unit.session, (seat for _, seat in taken))
    for (_, id), tally in sorted(taken.items()):
        seat = seats.get(id)
        if seat is not None:
            await _add(unit, seat, tally)


async def _add(unit: Unit, seat: Seat, tally: Tally) -> None:
    record = await record_of_seat(unit.session, seat.id)
    if record is None:
        record = _begin(unit, seat)
        unit.session.add(record)
    elif tally.resumed and record.ended_at is None:
        # The server ended while they were in: the first connection after it is one more.
        record.reconnections += 1
    for name in ADDED:
        setattr(record, name, getattr(record, name) + getattr(tally, name))
    delays = Delays.read(record.delays)
    delays.add(tally.delays)
    record.delays = delays.write()
    record.height = max(record.height, tally.height)
    known = [one for one in record.codecs.split(", ") if one]
    record.codecs = ", ".join(sorted({*known, *tally.codecs}))[:LONGEST_CODECS]
    record.path = tally.path or record.path
    record.protocol = tally.protocol or record.protocol
    record.browser = tally.browser[:40] or record.browser
    record.voiced = record.voiced or tally.voiced
    record.written_at = unit.now
    room = await room_by_id(unit.session, seat.room_id)
    closed = room.closed_at if room is not None else None
    record.ended_at = closed or (unit.now if tally.left else None)


def _begin(unit: Unit, seat: Seat) -> ConnectionRecord:
    return ConnectionRecord(
        id=new_id(),
        clinic_id=seat.clinic_id,
        room_id=seat.room_id,
        seat_id=seat.id,
        person_id=seat.person_id,
        began_at=unit.now,
        written_at=unit.now,
        delays=Delays().write(),
        codecs="",
        path="",
        protocol="",
        browser="",
        height=0,
        voiced=False,
        **dict.fromkeys(ADDED, 0),
    )
