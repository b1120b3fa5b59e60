"""A forwarding unit on loopback, in this process or as the real media process, and people in it."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TypeVar

import pytest

from rounds.kernel.tasks import Tasks
from rounds.media.engine import Audience, Kind, MediaEvent
from rounds.media.sfu.engine import EmbeddedEngine
from rounds.media.sfu.fleet import Fleet
from rounds.media.sfu.hall import Hall
from rounds.media.sfu.loop import build
from rounds.media.sfu.placement import Limits
from rounds.media.sfu.settings import SfuSettings
from tests.media.seat import Seat

LOOPBACK = SfuSettings(port=0, host="127.0.0.1")
ALL = frozenset(Kind)
Engine = TypeVar("Engine", EmbeddedEngine, Fleet)


def everyone(*seats: str) -> Audience:
    """Each may have everything of each other."""
    return {a: {b: ALL for b in seats if b != a} for a in seats}


class House:
    """A Hall or an engine with the seats that listen to it."""

    def __init__(self) -> None:
        """Begin empty."""
        self.events: list[MediaEvent] = []
        self.seats: list[Seat] = []
        self.hall: Hall
        self._waiting: asyncio.Queue[MediaEvent] = asyncio.Queue()

    def note(self, event: MediaEvent) -> None:
        """Take an event of a Hall, which may not wait."""
        self._waiting.put_nowait(event)

    async def tell(self, event: MediaEvent) -> None:
        """Take an event of an engine."""
        self._waiting.put_nowait(event)

    async def pass_on(self) -> None:
        """Tell events to the seats, in order."""
        while True:
            event = await self._waiting.get()
            self.events.append(event)
            for seat in list(self.seats):
                await seat.hear(event)

    def seat(
        self, name: str, room: str = "room", service: object = None, host: str = "127.0.0.1"
    ) -> Seat:
        """Make a person who listens from now on."""
        person = Seat(service or self.hall, room, name, host)
        self.seats.append(person)
        return person


async def people(house: House, *names: str) -> list[Seat]:
    """Bring these people into one room in which everyone has everyone."""
    house.hall.set_audience("room", everyone(*names))
    seats = [house.seat(name) for name in names]
    for seat in seats:
        await seat.come()
    for seat in seats:
        await seat.until_offered(2 * (len(seats) - 1))
    return seats


@pytest.fixture(scope="session")
def compiled() -> None:
    """The packet loop is compiled from the sources as they are now."""
    hindrance = build.build()
    assert not hindrance, hindrance


@pytest.fixture(params=["native", "python"])
async def house(request: pytest.FixtureRequest, compiled: None) -> AsyncIterator[House]:
    """A Hall in this process, with each of the two loops."""
    tasks, house = Tasks(), House()
    house.hall = Hall(replace(LOOPBACK, loop=request.param), house.note, tasks)
    house.hall.start()
    tasks.start("events", house.pass_on)
    yield house
    await house.hall.close()
    await tasks.stop()
    for seat in house.seats:
        seat.close()


@pytest.fixture
async def engine() -> AsyncIterator[tuple[EmbeddedEngine, House]]:
    """The real engine with its media process."""
    async with running(SfuSettings(port=0, loopback=True)) as both:
        yield both


UNLIMITED = Limits(math.inf, math.inf)
"""This machine may be busy with other things than the test."""


@contextlib.asynccontextmanager
async def running(settings: SfuSettings) -> AsyncIterator[tuple[EmbeddedEngine, House]]:
    """Run an engine."""
    tasks, house = Tasks(), House()
    async with _served(EmbeddedEngine(settings, house.tell, tasks), house, tasks) as engine:
        yield engine, house


@contextlib.asynccontextmanager
async def fleet(count: int, limits: Limits = UNLIMITED) -> AsyncIterator[tuple[Fleet, House]]:
    """Run so many media processes."""
    tasks, house = Tasks(), House()
    made = Fleet([LOOPBACK] * count, house.tell, tasks, limits=limits)
    async with _served(made, house, tasks) as engine:
        yield engine, house


@contextlib.asynccontextmanager
async def _served(engine: Engine, house: House, tasks: Tasks) -> AsyncIterator[Engine]:
    await engine.start()
    tasks.start("events", house.pass_on)
    try:
        yield engine
    finally:
        await engine.close()
        await tasks.stop()
        for seat in house.seats:
            seat.close()


async def visit(service: Fleet, house: House, room: str) -> tuple[Seat, Seat]:
    """Two people who hear each other in a room."""
    names = f"{room}-anna", f"{room}-ben"
    await service.set_audience(room, everyone(*names))
    anna, ben = (house.seat(name, room, service) for name in names)
    for person in (anna, ben):
        await person.come()
    await ben.until_offered(2)
    await anna.until_reaches(ben)
    return anna, ben
