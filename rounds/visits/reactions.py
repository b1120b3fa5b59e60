"""People in the room start and end the visit."""

from rounds.kernel.unit import Unit
from rounds.rooms.events import GuestAdmitted, GuestKnocked, RoomClosed
from rounds.visits.lifecycle import reach
from rounds.visits.model import VisitState


async def arrived(unit: Unit, fact: GuestKnocked) -> None:
    """Somebody waits: the visit's guest has arrived."""
    await reach(unit, fact.room, VisitState.ARRIVED)


async def started(unit: Unit, fact: GuestAdmitted) -> None:
    """Somebody was let in: the visit goes on."""
    await reach(unit, fact.room, VisitState.IN_PROGRESS)


async def finished(unit: Unit, fact: RoomClosed) -> None:
    """The room was closed for everyone: the visit is over."""
    await reach(unit, fact.room, VisitState.FINISHED)
