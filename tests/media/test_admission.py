"""A process above a limit takes no new room; running rooms are not touched, and calm helps.

The counter is real: a process is late because it is stopped every other moment.
"""

import asyncio
import contextlib
import math
import os
import signal
from collections.abc import AsyncIterator

import pytest

from rounds.kernel.errors import Unavailable
from rounds.media.engine import BUSY_SECONDS, Kind
from rounds.media.sfu.fleet import Fleet
from rounds.media.sfu.placement import Limits
from tests.media.conftest import fleet, visit
from tests.media.seat import Seat
from tests.media.wire import eventually

STOPPED, GOING = 0.25, 0.25
"""Seconds. The clock rings every 50 ms, so about one ring of six is late by 0.2 s or more."""


async def still_reaches(speaker: Seat, listener: Seat) -> None:
    """Speak until the listener hears something new."""
    before = len(listener.heard(speaker.seat, Kind.AUDIO))

    def spoken() -> bool:
        speaker.audio.send()
        return len(listener.heard(speaker.seat, Kind.AUDIO)) > before

    await eventually(spoken, 30)


@contextlib.asynccontextmanager
async def staying(*people: Seat) -> AsyncIterator[None]:
    """Send what a browser sends while nobody speaks, or its place is lost after a while."""

    async def stay() -> None:
        while True:
            for person in people:
                person.up.check()
                person.down.check()
            await asyncio.sleep(2.5)

    task = asyncio.create_task(stay())
    try:
        yield
    finally:
        task.cancel()


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


async def test_a_late_process_takes_no_new_room_and_again_when_it_is_calm() -> None:
    async with fleet(1, Limits(share=math.inf, late=0.15)) as (service, house):
        (member,) = service.members
        anna, ben = await visit(service, house, "running")
        assert member.engine.pid is not None
        async with staying(anna, ben), stuttering(member.engine.pid):
            await eventually(lambda: not member.takes_rooms, 30)
            told = await refused(service, "new")
            assert told.retry_after == BUSY_SECONDS
            assert told.details == {"busy": True}
            assert "tries again by itself" in told.message
            await still_reaches(anna, ben)
            # Whoever sits in a running room may always come again, and one more may come, too.
            anna.generation = await service.join("running", anna.seat)
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
    async with fleet(2, Limits(share=math.inf, late=0.15)) as (service, house):
        anna, ben = await visit(service, house, "first")
        others = await visit(service, house, "second")
        place = service._places.find("first")
        assert place is not None
        assert place.member is not None
        busy = place.member
        assert busy.engine.pid is not None
        async with staying(anna, ben, *others), stuttering(busy.engine.pid):
            (calm,) = (member for member in service.members if member is not busy)
            await eventually(lambda: calm.takes_rooms and not busy.takes_rooms, 30)
            assert busy.load.late >= 0.15
            for number in range(3):
                await service.join(f"new-{number}", "someone")
                taken = service._places.find(f"new-{number}")
                assert taken is not None
                assert taken.member is calm
            numbers = await service.statistics()
            assert numbers["rooms_refused"] == 0
            await still_reaches(anna, ben)
            assert not anna.lost
            assert not ben.lost
        async with staying(anna, ben, *others):
            await eventually(lambda: busy.takes_rooms, 30)


async def test_a_process_that_does_not_answer_gets_no_room() -> None:
    async with fleet(2) as (service, house):
        await visit(service, house, "room")
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
