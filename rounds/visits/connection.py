"""How everybody's connection to a visit was, read by its staff."""

from collections.abc import Sequence
from dataclasses import dataclass

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.unit import Unit
from rounds.people.model import Person
from rounds.people.queries import people_by_id
from rounds.rooms.model import Seat
from rounds.rooms.queries import records_of_room
from rounds.rooms.records_model import ConnectionRecord
from rounds.rooms.summary import Summary, summarise
from rounds.visits.console import open_visit


@dataclass(frozen=True, slots=True)
class PersonsConnection:
    """Whose connection, and how it was."""

    person: Person
    seat: Seat
    record: ConnectionRecord
    summary: Summary


async def read_connections(unit: Unit, visit_id: str) -> Sequence[PersonsConnection]:
    """Return how connections were, hosts first; the reading leaves a line in the trail.

    Raises NotFound for whoever has no part in the visit.
    """
    visit, room, _ = await open_visit(unit, visit_id, Action.CONNECTION_READ)
    found = await records_of_room(unit.session, room.id)
    people = await people_by_id(unit.session, [seat.person_id for _, seat in found])
    await trail.record_reading(unit, Action.CONNECTION_READ, "visit", visit.id, visit.patient_id)
    return [
        PersonsConnection(people[seat.person_id], seat, record, summarise([record]))
        for record, seat in found
    ]
