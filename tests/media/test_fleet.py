"""Several media processes: rooms are spread and stay, and one process' end concerns its own."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from rounds.kernel.errors import NotFound, Unavailable
from rounds.kernel.tasks import Tasks
from rounds.media.engine import Kind, Lost, MediaEvent, Restarted
from rounds.media.sfu import member as membership
from rounds.media.sfu.fleet import Fleet
from rounds.media.sfu.member import Member
from rounds.media.sfu.process import MediaProcess
from rounds.media.sfu.settings import SfuSettings
from tests.media.conftest import LOOPBACK, House, everyone, fleet, visit
from tests.media.seat import Seat
from tests.media.wire import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

Both = tuple[Fleet, House]

RECOVERY_PROMISE = 5.0
"""Seconds; a test asserts three times the promise."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two() -> AsyncIterator[Both]:
    """A fleet of two, for all tests of this file: each has rooms of its own."""
    async with fleet(2) as both:
        yield both


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def alone(two: Both) -> AsyncIterator[None]:
    """No room is left of the test before, and both processes take rooms."""
    service, house = two
    yield
    for room in list(service._places._rooms):
        await service.close_room(room)
    for person in house.seats:
        person.close()
    house.seats.clear()
    house.events.clear()
    await eventually(lambda: all(member.takes_rooms for member in service.members), 30)


async def until_lost(person: Seat) -> None:
    """Wait until somebody's connections are gone."""
    await eventually(lambda: person.lost)


def home(service: Fleet, room: str) -> Member:
    """The process a room lives in."""
    place = service._places.find(room)
    assert place is not None
    assert place.member is not None
    return place.member


def ended(pid: int) -> Callable[[], bool]:
    """A question whether a process has ended."""

    def ask() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    return ask


async def test_rooms_that_begin_together_are_spread_and_everybody_is_on_their_rooms_port(
    two: Both,
) -> None:
    service, _house = two
    for number in range(6):
        await service.set_audience(f"room-{number}", everyone("anna", "ben"))
    await asyncio.gather(
        *(service.join(f"room-{number}", name) for number in range(6) for name in ("anna", "ben"))
    )
    homes = [home(service, f"room-{number}") for number in range(6)]
    assert all(homes.count(member) >= 2 for member in service.members)
    numbers = await service.statistics()
    assert (numbers["rooms"], numbers["seats"]) == (6, 12)
    assert len({told["port"] for told in numbers["processes"]}) == 2
    assert len({told["pid"] for told in numbers["processes"]}) == 2


async def test_the_matrix_waits_for_the_first_join_and_goes_along(two: Both) -> None:
    service, house = two
    await service.set_audience("room", everyone("anna", "ben"))
    assert (await service.statistics())["rooms"] == 0
    anna, ben = house.seat("anna", service=service), house.seat("ben", service=service)
    for person in (anna, ben):
        await person.come()
    await ben.until_offered(2)
    await anna.until_reaches(ben)
    await service.set_audience("room", {})
    await anna.until_offered(0)
    await service.leave("room", "anna")
    await eventually(lambda: anna.lost)
    await service.close_room("room")
    await eventually(lambda: ben.lost)
    assert (await service.statistics())["rooms"] == 0
    with pytest.raises(NotFound):
        await ben.publish()
    assert service._places.find("room") is None


async def test_a_killed_process_ends_its_own_visits_only_and_is_back_at_once(two: Both) -> None:
    service, house = two
    anna, ben = await visit(service, house, "hit")
    hit = home(service, "hit")
    for room in ("one", "two", "three", "four"):
        cleo, dan = await visit(service, house, room)
        if home(service, room) is not hit:
            break
    assert home(service, cleo.room) is not hit
    assert hit.engine.pid is not None
    heard = len(dan.heard(cleo.seat, Kind.AUDIO))
    began = time.monotonic()
    os.kill(hit.engine.pid, signal.SIGKILL)
    with pytest.raises(Unavailable):
        await service.join("hit", anna.seat)
    while not any(isinstance(event, Restarted) for event in house.events):
        cleo.audio.send()
        assert time.monotonic() - began < 3 * RECOVERY_PROMISE
        await asyncio.sleep(0.02)
    await eventually(lambda: len(dan.heard(cleo.seat, Kind.AUDIO)) > heard + 5)
    assert not cleo.lost
    assert not dan.lost
    (restart,) = (event for event in house.events if isinstance(event, Restarted))
    assert restart.rooms is not None
    assert "hit" in restart.rooms
    assert cleo.room not in restart.rooms
    await service.set_audience("hit", everyone(anna.seat, ben.seat))
    for person in (anna, ben):
        house.seats.remove(person)
        person.close()
    anna, ben = (house.seat(person.seat, "hit", service) for person in (anna, ben))
    for person in (anna, ben):
        await person.come()
    await ben.until_offered(2)
    await anna.until_reaches(ben)
    assert time.monotonic() - began < 3 * RECOVERY_PROMISE
    assert home(service, "hit") is hit
    await cleo.until_reaches(dan)


async def test_rooms_of_a_process_that_does_not_come_back_go_to_another(
    two: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, house = two
    monkeypatch.setattr(membership, "PATIENCE_SECONDS", 0.5)
    anna, ben = await visit(service, house, "room")
    lost = home(service, "room")
    lost.engine._next = MediaProcess()
    os.kill(lost.engine._next.pid, signal.SIGSTOP)  # alive and never ready
    assert lost.engine.pid is not None
    os.kill(lost.engine.pid, signal.SIGKILL)
    await eventually(lambda: Restarted(("room",)) in house.events, 3 * RECOVERY_PROMISE)
    assert not lost.engine.ready
    for person in (anna, ben):
        house.seats.remove(person)
        person.close()
    anna, ben = (house.seat(person.seat, "room", service) for person in (anna, ben))
    for person in (anna, ben):
        await person.come()  # behind the matrix that went along
    await ben.until_offered(2)
    await anna.until_reaches(ben)
    assert home(service, "room") is not lost
    assert service.ready
    assert (await service.statistics())["seats"] == 2
    waiting = lost.engine._process
    assert waiting is not None
    waiting.kill()


async def test_a_drained_process_takes_no_room_and_is_replaced_after_its_last(two: Both) -> None:
    service, house = two
    anna, ben = await visit(service, house, "old")
    drained = home(service, "old")
    pid = drained.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGUSR1)
    await eventually(lambda: drained.draining, 5)
    for number in range(4):
        await service.join(f"new-{number}", "someone")
        assert home(service, f"new-{number}") is not drained
    again = await service.join("old", ben.seat)  # the running visit goes on there
    assert home(service, "old") is drained
    await service.leave("old", ben.seat, again)
    await anna.until_offered(0)
    assert drained.engine.pid == pid
    await service.leave("old", anna.seat)
    await eventually(lambda: drained.engine.pid != pid and drained.takes_rooms, 10)
    assert ended(pid)()
    assert not drained.draining
    assert not [event for event in house.events if isinstance(event, Restarted)]
    # The visit is still open, and its matrix with it: whoever comes back is let in anywhere.
    for person in (anna, ben):
        house.seats.remove(person)
        person.close()
    await visit(service, house, "old")


async def test_an_empty_room_leaves_a_draining_process_for_another(two: Both) -> None:
    service, house = two
    anna, ben = await visit(service, house, "moved")
    drained = home(service, "moved")
    for number in range(12):
        await service.join(f"stays-{number}", "someone")
        if home(service, f"stays-{number}") is drained:
            break
    stay = (await drained.engine.statistics())["rooms"] - 1
    assert stay == 1
    await drained.drain()
    for person in (anna, ben):
        await service.leave("moved", person.seat)
        await until_lost(person)
        house.seats.remove(person)
        person.close()
    await visit(service, house, "moved")
    assert home(service, "moved") is not drained
    assert (await drained.engine.statistics())["rooms"] == 1


async def test_all_are_renewed_one_after_another(two: Both) -> None:
    service, house = two
    anna, ben = await visit(service, house, "room")
    before = [member.engine.pid for member in service.members]
    busy = home(service, "room")
    await service.renew()
    await service.renew()  # asked twice
    await eventually(lambda: busy.draining, 20)
    await anna.until_reaches(ben)
    others = [member for member in service.members if member is not busy]
    assert not any(member.draining for member in others)
    assert home(service, "room") is busy
    await service.close_room("room")
    await eventually(
        lambda: (
            not {member.engine.pid for member in service.members} & set(before)
            and all(member.takes_rooms for member in service.members)
        ),
        20,
    )


async def test_processes_started_ahead_are_taken_over_and_all_end() -> None:
    told: list[MediaEvent] = []

    async def listen(event: MediaEvent) -> None:
        told.append(event)

    ahead, tasks = [MediaProcess(), MediaProcess()], Tasks()
    service = Fleet([LOOPBACK, SfuSettings(port=0, host="127.0.0.1")], listen, tasks, ahead)
    await service.start()
    assert [member.engine.pid for member in service.members] == [one.pid for one in ahead]
    generation = await service.join("room", "anna")
    await service.leave("room", "anna", generation)
    await eventually(lambda: Lost("room", "anna", generation, "removed") in told)
    assert service._places.find("room") is None
    await service.close()
    await tasks.stop()
    for one in ahead:
        assert ended(one.pid)()
