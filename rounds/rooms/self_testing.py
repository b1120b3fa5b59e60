"""Self-tests: a pass that opens one for a minute, and the report kept under a code of four letters.

The pass is the only right there is: whoever may not have a visit's link gets none, and with it
nothing of the visit can be read.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.actor import Actor
from rounds.kernel.errors import Conflict, Gone
from rounds.kernel.ids import ClinicId, PersonId, RoomId, SeatId, new_id
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit
from rounds.media.relay import Relay
from rounds.rooms.arrivals_model import SelfTest
from rounds.rooms.events import SelfTested
from rounds.rooms.lobby import in_room
from rounds.rooms.model import Room, Seat
from rounds.rooms.queries import room_by_id, seat_by_id, self_test_by_code, self_test_by_id
from rounds.rooms.self_test import Report, result

PURPOSE = "self test"
PASS_SECONDS = 120
"""From the first step to the report; a test takes 15 seconds."""
LETTERS = "BCFGHJKLMRSTVWXZ"
"""No vowel, so no word; none of D, N, P, Q and Y, which sound or look like another of these."""
CODE_LENGTH = 4
CODE_TRIES = 20


@dataclass(frozen=True, slots=True)
class Pass:
    """One self-test: its own id, and whose place in which room it is about."""

    id: str
    room: str
    seat: str


class Passes:
    """Makes and reads passes."""

    def __init__(self, signer: Signer, relay: Relay | None) -> None:
        """Sign with `signer`; let a test try `relay`, where there is one."""
        self._signer = signer
        self._relay = relay

    def give(self, room: Room, seat: Seat, now: datetime) -> dict[str, Any]:
        """Return what a browser needs for one test of this seat."""
        id = new_id()
        token = self._signer.sign(PURPOSE, {"id": id, "room": room.id, "seat": seat.id})
        told: dict[str, Any] = {"engine": "embedded", "token": token, "door": "/echo"}
        if self._relay is not None:
            told["ice_servers"] = self._relay.ice_servers(id, now)
        return told

    def read(self, token: str) -> Pass:
        """Return what a pass says. Raises Gone when it is none or too old."""
        return Pass(**self._signer.read(PURPOSE, token, PASS_SECONDS))


async def begin_as_guest(unit: Unit, room_id: str) -> tuple[Room, Seat]:
    """Return the place of a guest who wants to try out their line."""
    room, seat = await in_room(unit, room_id, Action.CHECK_IN)
    return _open(room), seat


async def keep_report(unit: Unit, given: Pass, report: Report, browser: str) -> SelfTest:
    """Keep a report and give it a code; one that is sent again has the code it got before.

    Raises Gone when the visit has ended, Conflict when no code is free.
    """
    known = await self_test_by_id(unit.session, given.id)
    if known is not None:
        return known
    room = await room_by_id(unit.session, given.room)
    seat = await seat_by_id(unit.session, given.seat)
    if room is None or seat is None:
        raise Gone("This visit has ended.")
    row = SelfTest(
        id=given.id,
        clinic_id=_open(room).clinic_id,
        room_id=room.id,
        seat_id=seat.id,
        code=await _free_code(unit, room.clinic_id),
        result=result(report),
        report=json.dumps(report.model_dump()),
        browser=browser,
        at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.tell(SelfTested(RoomId(room.id), SeatId(seat.id)))
    guest = Actor("guest", ClinicId(room.clinic_id), PersonId(seat.person_id), seat.role)
    await trail.record(
        unit, "self_test.keep", "seat", seat.id, room.patient_id, room.clinic_id, actor=guest
    )
    return row


def read_report(row: SelfTest) -> Report:
    """Return the report of a kept test."""
    return Report.model_validate_json(row.report)


def _open(room: Room) -> Room:
    if not room.is_open:
        raise Gone("This visit has ended.")
    return room


async def _free_code(unit: Unit, clinic: str) -> str:
    for _ in range(CODE_TRIES):
        code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        if await self_test_by_code(unit.session, clinic, code) is None:
            return code
    raise Conflict("This could not be kept just now. Please try again.")
