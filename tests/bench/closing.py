"""`closing`: from closing a pair of the audience matrix to the last packet that still arrives."""

import asyncio
import time

from rounds.bench import embedded, embedded_rooms
from rounds.bench.content import content
from tests.bench import report
from tests.bench.footing import Footing
from tests.bench.person import Person

PROMISE = 1.0  # seconds from a revocation to the last packet
QUIET_SECONDS = 0.3  # watched after closing
WITHIN = 15.0  # seconds, then opening has failed
ROOM, SPEAKER, LISTENER = "closing", "speaker", "listener"


def run(times: int, footing: Footing, told: report.Report) -> None:
    """Close and open the matrix between two people who stay connected."""
    told.say(f"Closing: the audience of a speaker is closed and opened, {times} times.")
    with embedded.running(footing.host) as engine:
        closed, opened = asyncio.run(_measure(engine.socket, footing.host, times))
    result = {
        "asked to close until the last packet": report.spread(closed),
        "asked to open until the first voice packet": report.spread(opened),
    }
    told.say(report.durations(result))
    told.results["closing"] = result
    worst = max(closed)
    told.promise(worst <= 3 * PROMISE, f"last packet {worst * 1e3:.1f} ms after closing (worst)")


async def _measure(address: str, host: str, times: int) -> tuple[list[float], list[float]]:
    closed, opened = [], []
    async with embedded_rooms.signalling(address, host) as engine:
        await engine.open_audience(ROOM, [SPEAKER, LISTENER])
        speaker, listener = (Person(engine, ROOM, n, content()) for n in (SPEAKER, LISTENER))
        await speaker.join()
        await listener.join()
        async with asyncio.timeout(WITHIN):
            await listener.receives(SPEAKER)
        for _ in range(times):
            asked = time.perf_counter()
            await engine.call("set_audience", ROOM, {})
            await asyncio.sleep(QUIET_SECONDS)
            closed.append(max(0.0, listener.last[SPEAKER] - asked))
            listener.heard.clear()
            asked = time.perf_counter()
            await engine.open_audience(ROOM, [SPEAKER, LISTENER])
            async with asyncio.timeout(WITHIN):
                await listener.hears(SPEAKER)
            opened.append(listener.heard[SPEAKER] - asked)
        await speaker.leave()
        await listener.leave()
    return closed, opened
