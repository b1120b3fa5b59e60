"""How people get into a call: the first sound they hear, how many tries it took, what hindered.

The page measures, since only it knows when a sound is played; what it tells is held against what
the server knows, so that no page can tell of a visit what cannot be. Time in which somebody was let
in and did not look at the page is their own, and no part of it.
"""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from rounds.accounts.queries.invitations import invitation_by_id
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import joining_of
from rounds.rooms.records_model import LONGEST_CAUSES, Joining
from rounds.web.request import Body

LONGEST_VOICE = 600_000
"""Ten minutes in milliseconds: whoever hears nothing for longer has not joined at a first sound."""
LONGEST_LINK = 12 * 60 * 60 * 1000
TOLERANCE = timedelta(seconds=2)
"""How far the page's account of when it was let in may be from ours."""

Device = Literal["microphone", "camera"]
DeviceCause = Literal[
    "denied", "once", "dismissed", "system", "in_use", "none", "insecure", "unsupported", "lost",
    "unknown",
]  # fmt: skip
WayCause = Literal["no_way", "busy"]
"""No way through for sound and picture; or the server carried all it could."""


class Hindrance(Body):
    """What was in the way: a device and its cause (`static/media/causes.js`), or the way itself."""

    device: Device | None = None
    cause: DeviceCause | WayCause


class FirstSound(Body):
    """That somebody else was heard: milliseconds since being let in, and since the link was tapped.

    `since_link` is None where the page was not opened by a link, as after a reload of a stored one.
    """

    since_admission: int = Field(ge=0, le=LONGEST_VOICE)
    since_link: int | None = Field(None, ge=0, le=LONGEST_LINK)
    attempts: int = Field(1, ge=1, le=100)


async def note_hindrance(unit: Unit, room_id: str, told: Hindrance, browser: str) -> None:
    """Note what was in somebody's way; the same once more is no news.

    Raises Invalid for a cause that does not go with what it is said of.
    """
    room, seat = await in_room(unit, room_id, Action.ROOM_ENTER)
    name = hindrance_of(told)
    row = await _row(unit, room, seat, browser)
    known = set(row.causes.split())
    joined = " ".join(sorted(known | {name}))
    if len(joined) <= LONGEST_CAUSES:
        row.causes = joined


async def note_first_sound(unit: Unit, room_id: str, told: FirstSound, browser: str) -> None:
    """Note when a guest heard somebody for the first time in this room; later ones do not count.

    Raises Conflict for staff, whom nobody lets in, and Invalid for times that cannot be true.
    """
    room, seat = await in_room(unit, room_id, Action.ROOM_REPORT)
    if not unit.actor.is_guest or seat.since is None:
        raise Conflict("Only guests are let in.")
    row = await _row(unit, room, seat, browser)
    if row.voice_ms is not None:
        return
    if timedelta(milliseconds=told.since_admission) > unit.now - seat.since + TOLERANCE:
        raise Invalid("This cannot have taken so long.")
    row.voice_ms = told.since_admission
    row.attempts = told.attempts
    row.link_ms = await _since_link(unit, told)


def hindrance_of(told: Hindrance) -> str:
    """Return its word in a row, such as "camera:denied". Raises Invalid for a pair that is none."""
    of_way = told.cause in ("no_way", "busy")
    if of_way == (told.device is not None):
        raise Invalid("This cause belongs to something else.")
    return f"{told.device or 'way'}:{told.cause}"


async def _since_link(unit: Unit, told: FirstSound) -> int | None:
    if told.since_link is None or unit.actor.invitation is None:
        return None
    if told.since_link < told.since_admission:
        raise Invalid("Nobody is let in before they came.")
    link = await invitation_by_id(unit.session, unit.actor.invitation)
    since = timedelta(milliseconds=told.since_link)
    if link is None or since > unit.now - link.created_at + TOLERANCE:
        raise Invalid("This link is not that old.")
    return told.since_link


async def _row(unit: Unit, room: Room, seat: Seat, browser: str) -> Joining:
    row = await joining_of(unit.session, seat.id)
    if row is None:
        row = Joining(
            id=new_id(),
            clinic_id=room.clinic_id,
            room_id=room.id,
            seat_id=seat.id,
            attempts=0,
            causes="",
            browser="",
            at=unit.now,
        )
        unit.session.add(row)
    row.browser = browser[:40] or row.browser
    return row
