"""`recovery`: kill -9 of the media process in a call, until both have each other's media again."""

import asyncio
import os
import signal
import time

from rounds.bench import embedded, embedded_rooms
from rounds.bench.content import content
from tests.bench import report
from tests.bench.footing import Footing
from tests.bench.person import Person

PROMISE = 5.0  # seconds until everyone is back in the call
WITHIN = 60.0  # seconds, then it has failed
CALM_SECONDS = 2.5  # between two kills; what dies within 2 s of its start is restarted slower
ROOM, NAMES = "recovery", ("one", "two")


def run(kills: int, footing: Footing, told: report.Report) -> None:
    """Kill the media process again and again; peers join again as soon as they are told."""
    told.say(f"Recovery: kill -9 of the media process, {kills} times, in a call of two.")
    with embedded.running(footing.host) as engine:
        restarts, returns = asyncio.run(_measure(engine, footing.host, kills))
    result = {
        "new media process ready": report.spread(restarts),
        "both hear and see each other again": report.spread(returns),
    }
    told.say(report.durations(result))
    told.results["recovery"] = result
    worst = max(returns)
    told.promise(worst <= 3 * PROMISE, f"media back after kill -9 in {worst:.2f} s (worst)")


async def _measure(
    engine: embedded.Engine, host: str, kills: int
) -> tuple[list[float], list[float]]:
    restarts, returns = [], []
    async with embedded_rooms.signalling(engine.socket, host) as signalling:
        people = await _call(signalling)
        for _ in range(kills):
            await asyncio.sleep(CALM_SECONDS)
            signalling.restarted.clear()
            killed = time.perf_counter()
            os.kill(engine.pid, signal.SIGKILL)
            async with asyncio.timeout(WITHIN):
                await signalling.restarted.wait()
                restarts.append(time.perf_counter() - killed)
                before, people = people, await _call(signalling)
            returns.append(time.perf_counter() - killed)
            for person in before:
                await person.forget()
        for person in people:
            await person.leave()
    return restarts, returns


async def _call(signalling: embedded_rooms.EmbeddedSignalling) -> list[Person]:
    """Seat two people; return when each hears and sees the other."""
    await signalling.open_audience(ROOM, list(NAMES))
    people = [Person(signalling, ROOM, name, content()) for name in NAMES]
    await asyncio.gather(*(person.join() for person in people))
    async with asyncio.timeout(WITHIN):
        await asyncio.gather(people[0].receives(NAMES[1]), people[1].receives(NAMES[0]))
    return people
