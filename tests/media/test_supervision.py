"""The media process is restarted at once, ends with its owner, and refuses what it must."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import cast

import pytest

from rounds.kernel.errors import Invalid, NotFound, Unavailable
from rounds.kernel.tasks import Tasks
from rounds.media.engine import Connected, Lost, MediaEvent, Restarted
from rounds.media.sfu import engine as supervisor
from rounds.media.sfu.control import Call, Failure, encode
from rounds.media.sfu.engine import EmbeddedEngine
from rounds.media.sfu.hall import Hall
from rounds.media.sfu.process import MediaProcess
from rounds.media.sfu.settings import SfuSettings
from rounds.media.sfu.worker import perform
from tests.media.conftest import House, everyone, running
from tests.media.seat import payload
from tests.media.wire import eventually

Both = tuple[EmbeddedEngine, House]

RECOVERY_PROMISE = 5.0
"""Seconds; a test asserts three times the promise."""


async def test_two_people_talk_through_the_real_process(engine: Both) -> None:
    service, house = engine
    await service.set_audience("room", everyone("anna", "ben"))
    anna, ben = (house.seat(name, service=service) for name in ("anna", "ben"))
    for person in (anna, ben):
        await person.come()
    await ben.until_offered(2)
    heard = await anna.until_reaches(ben)
    assert payload(heard[0]) in anna.audio.sent.values()
    sides = {event.side for event in house.events if isinstance(event, Connected)}
    assert sides == {"up", "down"}
    numbers = await service.statistics()
    assert numbers["seats"] == 2
    assert numbers["faults"] == 0


async def test_killed_process_is_back_at_once_and_empty_on_the_same_port(engine: Both) -> None:
    service, house = engine
    await service.set_audience("room", everyone("anna", "ben"))
    anna = house.seat("anna", service=service)
    await anna.come()
    port, first = service.port, service.pid
    assert first is not None
    began = time.monotonic()
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: Restarted() in house.events, 3 * RECOVERY_PROMISE)
    assert time.monotonic() - began < 3 * RECOVERY_PROMISE
    assert service.ready
    assert service.pid != first
    if service._settings.port:
        assert service.port == port
    numbers = await service.statistics()
    assert (numbers["rooms"], numbers["starts"]) == (0, 2)
    with pytest.raises(NotFound):
        await anna.publish()
    again = house.seat("anna", service=service)
    house.seats.remove(anna)
    await again.come()
    assert again.generation > anna.generation
    anna.close()


async def test_refusals_cross_the_process_border(engine: Both) -> None:
    service, house = engine
    anna = house.seat("anna", service=service)
    await anna.join()
    with pytest.raises(Invalid):
        await service.publish("room", "anna", anna.generation, "v=0")
    with pytest.raises(NotFound):
        await service.publish("room", "anna", anna.generation - 1, anna.offer())
    with pytest.raises(NotFound):
        await service.answer("room", "ben", 1, 1, "v=0")


async def test_joining_again_replaces_and_leaving_needs_the_same_generation(engine: Both) -> None:
    service, house = engine
    first = await service.join("room", "anna")
    second = await service.join("room", "anna")
    assert second > first
    await eventually(lambda: Lost("room", "anna", first, "replaced") in house.events)
    await service.leave("room", "anna", first)
    assert (await service.statistics())["seats"] == 1
    await service.leave("room", "anna", second)
    await eventually(lambda: Lost("room", "anna", second, "removed") in house.events)
    await service.join("room", "anna")
    await service.close_room("room")
    assert (await service.statistics())["rooms"] == 0


async def test_a_stuck_process_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(supervisor, "CALL_SECONDS", 1.0)
    async with running(SfuSettings(port=0, host="127.0.0.1")) as (service, house):
        stuck = service.pid
        assert stuck is not None
        os.kill(stuck, signal.SIGSTOP)
        with pytest.raises(Unavailable):
            await service.join("room", "anna")
        await eventually(lambda: Restarted() in house.events, 3 * RECOVERY_PROMISE)
        assert service.pid != stuck


OWNER = """
import asyncio, sys
from rounds.kernel.tasks import Tasks
from rounds.media.sfu.engine import EmbeddedEngine, SfuSettings
async def main():
    async def nobody(event): pass
    engine = EmbeddedEngine(SfuSettings(port=0, host="127.0.0.1"), nobody, Tasks())
    await engine.start()
    sys.stdout.write(f"{engine.pid} {engine.port}\\n"); sys.stdout.flush()
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_process_ends_when_its_owner_is_killed() -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OWNER, stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    worker, _ = map(int, (await owner.stdout.readline()).split())
    owner.kill()
    await owner.wait()

    def ended() -> bool:
        try:
            return ") Z " in Path(f"/proc/{worker}/stat").read_text()
        except FileNotFoundError:
            return True

    await eventually(ended)


async def test_a_process_started_ahead_is_taken_over() -> None:
    async def nobody(event: MediaEvent) -> None: ...

    ahead, tasks = MediaProcess(), Tasks()
    engine = EmbeddedEngine(SfuSettings(port=0, host="127.0.0.1"), nobody, tasks, ahead)
    await engine.start()
    assert engine.pid == ahead.pid
    assert await engine.join("room", "anna")
    os.kill(ahead.pid, signal.SIGKILL)
    await eventually(lambda: engine.ready and engine.pid != ahead.pid, 3 * RECOVERY_PROMISE)
    await engine.close()
    await tasks.stop()


@pytest.mark.parametrize(
    "first",
    [
        None,
        encode(Call(1, "join", {"room": "r", "seat": "s"})),
        b"\0\0\0\2{}",
        b'\0\0\0\x0e{"is":"begin"}',
        b"\xff" * 8,
    ],
)
async def test_a_process_that_is_never_told_to_begin_ends(first: bytes | None) -> None:
    ahead = MediaProcess()
    if first is not None:
        ahead.control.send(first)
        assert await asyncio.to_thread(ahead._child.wait, 3 * RECOVERY_PROMISE) is not None
    ahead.end()
    with pytest.raises(ProcessLookupError):
        os.kill(ahead.pid, 0)


def test_a_fault_in_one_call_is_a_refusal_and_not_the_end() -> None:
    class Broken:
        def join(self, room: str, seat: str) -> int:
            raise ZeroDivisionError(room + seat)

    hall = cast("Hall", Broken())
    told = perform(hall, Call(1, "join", {"room": "r", "seat": "s"}))
    assert isinstance(told, Failure)
    assert told.code == "unavailable"
    assert isinstance(perform(hall, Call(2, "join", {"wrong": 1})), Failure)
    assert isinstance(perform(hall, Call(3, "__init__", {})), Failure)


async def test_a_listeners_fault_does_not_hold_up_later_events() -> None:
    told: list[MediaEvent] = []

    async def listen(event: MediaEvent) -> None:
        told.append(event)
        raise ConnectionResetError

    tasks = Tasks()
    engine = EmbeddedEngine(SfuSettings(port=0, host="127.0.0.1"), listen, tasks)
    await engine.start()
    for number in range(20):
        await engine.join("room", str(number % 10))
    await eventually(lambda: len(told) == 30)  # twenty offers, ten seats replaced
    await engine.close()
    await tasks.stop()
