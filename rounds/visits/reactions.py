"""People in the room start and end the visit."""

from rounds.accounts.reading_on import read_on
from rounds.kernel.unit import Unit
from rounds.rooms.events import CallBegan, GuestAdmitted, GuestKnocked, RoomClosed
from rounds.visits.closing import expect_summary
from rounds.visits.lifecycle import reach
from rounds.visits.model import VisitState


async def arrived(unit: Unit, fact: GuestKnocked) -> None:
    """Somebody waits: the visit's guest has arrived."""
    await reach(unit, fact.room, VisitState.ARRIVED)


async def started(unit: Unit, fact: GuestAdmitted | CallBegan) -> None:
    """Somebody was let in, or called: the visit goes on."""
    await reach(unit, fact.room, VisitState.IN_PROGRESS)


async def finished(unit: Unit, fact: RoomClosed) -> None:
    """The room was closed for everyone: the visit is over."""
    await reach(unit, fact.room, VisitState.FINISHED)
    await expect_summary(unit, fact.room)
    await read_on(unit, fact.room)
