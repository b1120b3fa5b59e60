"""What the patient ends, ends within a second: fifty times, in a running call with real media."""

import asyncio
import contextlib
import itertools
import statistics
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from rounds.consent.model import Scope
from rounds.consent.queries import exclusions_of
from rounds.kernel.actor import SYSTEM, Role
from rounds.media.engine import Kind, MediaEvent, Offered, OfferedTrack
from tests.making.browser import Browser, Line, Refused
from tests.making.consent import give_family_access, let_in
from tests.making.house import House
from tests.making.people import make_clinic, make_staff, make_team
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually
from tests.measured import Measured
from tests.media.seat import Seat, payload

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROUNDS = 25
"""Of each kind: fifty endings."""
PROMISE_SECONDS = 3.0
"""Three times the promised second, on a busy machine."""
PACE_SECONDS = 0.01
CHECK_EVERY = 200
"""Words between two signs of life, without which the engine lets a seat go (RFC 7675)."""
STAMP = struct.Struct("!d")


class Door:
    """The product's media namespace as the service of a seat."""

    def __init__(self, browser: Browser, room: Line) -> None:
        self.browser, self.room = browser, room
        self.line: Line
        self.seen = 0

    async def join(self, room: str, seat: str) -> int:
        ticket = await self.room.ask("ticket")
        self.line = await self.browser.line("/media", {"token": ticket["token"]})
        return 0

    async def publish(self, room: str, seat: str, generation: int, sdp: str) -> str:
        return str((await self.line.ask("publish", sdp=sdp))["sdp"])

    async def answer(self, room: str, seat: str, generation: int, version: int, sdp: str) -> None:
        await self.line.send("answer", {"version": version, "sdp": sdp})

    def news(self, room: str, seat: str) -> list[MediaEvent]:
        """The offers that came since the last look."""
        told = self.line.told("offered")[self.seen :]
        self.seen += len(told)
        return [
            Offered(
                room,
                seat,
                0,
                one["version"],
                one["sdp"],
                tuple(
                    OfferedTrack(track["mid"], track["seat"], Kind(track["kind"]))
                    for track in one["tracks"]
                ),
            )
            for one in told
        ]


async def follow(seat: Seat, door: Door) -> None:
    """Answer what the engine offered meanwhile, and connect the receiving side once."""
    for event in door.news(seat.room, seat.seat):
        await seat.hear(event)
        if seat.down.dtls is None and seat.down.remote.user:
            await seat.down.connect()


@dataclass(slots=True)
class Call:
    """A running visit: the GP speaks without a pause, whoever comes in hears it."""

    house: House
    visit: MadeVisit
    console: Line
    voice: Seat

    async def listen(self, browser: Browser, room: Line, person: str) -> tuple[Seat, Line]:
        """Take somebody's seat and wait until they hear the GP."""
        seat = self.visit.seats[person]
        door = Door(browser, room)
        listener = Seat(door, self.visit.room, seat)
        await listener.join()
        await listener.publish()
        await listener.up.connect()

        async def hears() -> bool:
            await follow(listener, door)
            return bool(listener.heard(self.voice.seat, Kind.AUDIO))

        await eventually(hears)
        return listener, door.line


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(house: House) -> AsyncIterator[Call]:
    clinic = await make_clinic(house.units)
    team = [
        await make_staff(house.units, clinic),
        await make_staff(house.units, clinic, Role.THERAPIST),
    ]
    visit = await make_visit(house.units, clinic, team)
    await make_team(house.units, visit.patient, team)
    gp = await house.signed_in(visit.gp)
    console = await gp.staff_room(visit.id)
    door = Door(gp, console)
    voice = Seat(door, visit.room, visit.seat(visit.gp))
    await voice.join()
    await voice.publish()
    await voice.up.connect()

    async def speak() -> None:
        for tick in itertools.count():
            voice.audio.send(b"\x78" + STAMP.pack(time.monotonic()))
            await asyncio.sleep(PACE_SECONDS)
            await follow(voice, door)
            if tick % CHECK_EVERY == 0 and voice.down.dtls is not None:
                voice.up.check()
                voice.down.check()

    speaking = asyncio.get_running_loop().create_task(speak())
    try:
        yield Call(house, visit, console, voice)
    finally:
        speaking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await speaking
        voice.close()


async def silence_after(
    call: Call, listener: Seat, media: Line, end: Callable[[], Awaitable[None]]
) -> float:
    """Seconds from asking for the end to the last packet that still was let through."""
    asked = time.monotonic()
    await end()
    await media.until("gone")
    # Further words of the GP are on their way for as long again: none may come through.
    counted = call.voice.audio.sequence
    await eventually(lambda: (call.voice.audio.sequence - counted) & 0xFFFF >= 5)
    heard = [
        STAMP.unpack_from(payload(one), 1)[0] for one in listener.heard(call.voice.seat, Kind.AUDIO)
    ]
    listener.close()
    await media.close()
    return float(max(0.0, max(heard) - asked))


def within_the_promise(took: list[float], measured: Measured, what: str) -> None:
    assert len(took) == ROUNDS
    measured(f"{what}: median ms", round(statistics.median(took) * 1000, 1))
    measured(f"{what}: worst ms", round(max(took) * 1000, 1))
    assert max(took) < PROMISE_SECONDS


async def test_a_withdrawal_moves_a_relative_to_the_waiting_room(
    call: Call, measured: Measured
) -> None:
    house, visit = call.house, call.visit
    ida, link = visit.relatives[0], visit.link(visit.relatives[0])
    mara, browser = await house.at_home(visit.patient), await house.guest(link)
    room = await browser.guest_room(link)
    await room.ask("knock")
    took = []
    for _ in range(ROUNDS):
        consent = await give_family_access(house.units, visit.patient, ida, Scope.VISITS)
        await call.console.ask("admit", admission=visit.seat(ida))
        listener, media = await call.listen(browser, room, ida.id)

        async def end(consent: str = consent) -> None:
            answer = await mara.post("/my/access/withdraw", data={"consent": consent})
            assert answer.status == 303

        took.append(await silence_after(call, listener, media, end))
        state = await room.ask("state")
        assert state["me"]["standing"] == "sent_back"
        assert (state["people"], state["messages"]) == ([], [])
        assert await room.refused("ticket") == "forbidden"
        house.pass_time(seconds=1)
    within_the_promise(took, measured, "withdrawal")


async def test_an_exclusion_turns_a_clinician_out(call: Call, measured: Measured) -> None:
    house, visit = call.house, call.visit
    jonas = visit.team[1]
    mara, browser = await house.at_home(visit.patient), await house.signed_in(jonas)
    took = []
    for _ in range(ROUNDS):
        room = await browser.staff_room(visit.id)
        bells = await browser.line("/me", {"door": "staff"})
        if room_left(await room.ask("state")):
            await room.ask("knock")
        listener, media = await call.listen(browser, room, jonas.id)
        unused = await room.ask("ticket")

        async def end() -> None:
            answer = await mara.post("/my/access/exclude", data={"person": jonas.id})
            assert answer.status == 303

        took.append(await silence_after(call, listener, media, end))
        async with asyncio.timeout(PROMISE_SECONDS):
            await room.until_closed()
            rung = await bells.until("access_ended")
        assert rung == {"patient": visit.patient.id}
        assert (await browser.get(f"/visits/{visit.id}")).status == 404
        with pytest.raises(Refused):
            await browser.staff_room(visit.id)
        with pytest.raises(Refused):
            await browser.line("/media", {"token": unused["token"]})
        (made,) = await exclusions(house, visit)
        await let_in(house.units, made)
        await bells.close()
    within_the_promise(took, measured, "exclusion")
    # Nobody else lost anything.
    assert (await call.console.ask("state"))["me"]["standing"] == "admitted"


def room_left(state: dict[str, dict[str, object]]) -> bool:
    """Whether somebody stands outside of the call."""
    return state["me"]["standing"] != "admitted"


async def exclusions(house: House, visit: MadeVisit) -> list[str]:
    """The ids of what the patient keeps out now."""
    async with house.units.reading(SYSTEM) as unit:
        return [one.id for one in await exclusions_of(unit.session, visit.patient.id)]
