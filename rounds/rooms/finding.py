"""Which room a page asks for when it connects."""

from typing import Any

from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.actor import Actor
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Units
from rounds.rooms.queries import room_of_occasion


async def wanted_room(units: Units, actor: Actor, auth: dict[str, Any]) -> str:
    """Return the room of a guest's own link, or of the visit that staff name.

    Raises NotFound for a page that names none, or whose session is none of ours.
    """
    if actor.is_guest and actor.room is not None:
        return actor.room
    visit = auth.get("visit")
    if not is_id(visit):
        async with units.reading(actor) as unit:
            # A page without a session, such as one whose link was taken back.
            asked = auth.get("invitation")
            require(unit, Action.ROOM_ENTER, Thing("room", asked if is_id(asked) else None))
    async with units.reading(actor) as unit:
        room = await room_of_occasion(unit.session, str(visit))
    if room is None:
        raise NotFound("There is nothing here for you.")
    return room.id
