"""A process above a limit takes no new room; running rooms are not touched, and calm helps.

The counters are real: a process is late because it is stopped every other moment, and busy because
it is flooded.
"""

import asyncio
import contextlib
import math
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from rounds.kernel.errors import Unavailable
from rounds.media.engine import BUSY_SECONDS
from rounds.media.sfu.fleet import Fleet
from rounds.media.sfu.placement import Limits
from tests.media.conftest import House, everyone, fleet
from tests.media.seat import Seat
from tests.media.wire import eventually

STOPPED, GOING = 0.25, 0.1
"""Seconds. Rings of the clock come every 50 ms, so of those that ring most ring late."""

SHARE = 0.1
"""Of a core: a flooded process gets more even on a machine that is busy, a calm one uses 0.02."""

FLOOD = """
import socket, sys
gate = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
gate.connect(("127.0.0.1", int(sys.argv[1])))
noise = [bytes([200]) + bytes([n]) * 40 for n in range(64)]
while True:
    for one in noise:
        try:
            gate.send(one)
        except OSError:
            pass
"""


async def talk(service: Fleet, house: House, room: str) -> tuple[Seat, Seat]:
    """Two people in a room of their own."""
    await service.set_audience(room, everyone("anna", "ben"))
    anna, ben = (house.seat(name, room, service) for name in ("anna", "ben"))
    for person in (anna, ben):
        await person.come()
    await ben.until_offered(2)
    await anna.until_reaches(ben)
    return anna, ben


async def refused(service: Fleet, room: str) -> Unavailable:
    """What somebody is told who joins a new room."""
    with pytest.raises(Unavailable) as told:
        await service.join(room, "someone")
    return told.value


@contextlib.asynccontextmanager
async def stuttering(pid: int) -> AsyncIterator[None]:
    """Stop the process every other moment."""

    async def stutter() -> None:
        while True:
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(STOPPED)
            os.kill(pid, signal.SIGCONT)
            await asyncio.sleep(GOING)

    task = asyncio.create_task(stutter())
    try:
        yield
    finally:
        task.cancel()
        os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def flooded(port: int) -> Iterator[None]:
    """Flood the port with what is no packet of anybody's."""
    processes = [subprocess.Popen([sys.executable, "-c", FLOOD, str(port)]) for _ in range(2)]
    try:
        yield
    finally:
        for one in processes:
            one.kill()
            one.wait()


async def test_a_late_process_takes_no_new_room_and_again_when_it_is_calm() -> None:
    async with fleet(1, Limits(share=math.inf, late=0.05)) as (service, house):
        (member,) = service.members
        anna, ben = await talk(service, house, "running")
        assert member.engine.pid is not None
        async with stuttering(member.engine.pid):
            await eventually(lambda: not member.takes_rooms, 30)
            told = await refused(service, "new")
            assert told.retry_after == BUSY_SECONDS
            assert told.details == {"busy": True}
            assert "tries again by itself" in told.message
            await anna.until_reaches(ben)
            # Whoever sits in a running room may always come again, and one more may come, too.
            anna.generation = await service.join("running", "anna")
            await service.join("running", "cleo")
            await service.leave("running", "cleo")
        numbers = await service.statistics()
        assert numbers["rooms_refused"] == 1
        assert numbers["rooms"] == 1
        await service.close_room("running")
        # Nobody sits there any more: nobody could be disturbed.
        await eventually(lambda: member.takes_rooms, 30)
        assert await service.join("new", "someone")


async def test_a_room_goes_to_the_calm_process_and_a_busy_one_is_left_alone() -> None:
    async with fleet(2, Limits(share=SHARE, late=math.inf)) as (service, house):
        anna, ben = await talk(service, house, "first")
        await talk(service, house, "second")
        place = service._places.find("first")
        assert place is not None
        assert place.member is not None
        busy = place.member
        with flooded(busy.engine.port):
            await eventually(lambda: not busy.takes_rooms, 30)
            assert busy.load.share >= SHARE
            for number in range(3):
                await service.join(f"new-{number}", "someone")
                taken = service._places.find(f"new-{number}")
                assert taken is not None
                assert taken.member is not busy
            numbers = await service.statistics()
            assert numbers["stranger"] > 0
            assert numbers["rooms_refused"] == 0
            await anna.until_reaches(ben)
        await eventually(lambda: busy.takes_rooms, 30)


async def test_a_process_that_does_not_answer_gets_no_room() -> None:
    async with fleet(2) as (service, house):
        await talk(service, house, "room")
        place = service._places.find("room")
        assert place is not None
        assert place.member is not None
        stuck = place.member
        assert stuck.engine.pid is not None
        os.kill(stuck.engine.pid, signal.SIGSTOP)
        try:
            await eventually(lambda: not stuck.takes_rooms, 15)
            assert stuck.engine.ready
            for number in range(3):
                await service.join(f"new-{number}", "someone")
        finally:
            os.kill(stuck.engine.pid, signal.SIGCONT)
        await eventually(lambda: stuck.takes_rooms, 15)
