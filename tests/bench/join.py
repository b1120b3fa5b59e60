"""`join`: from asking for a seat to the other's first media decrypted, measured by protocol."""

import asyncio
import time

from rounds.bench import embedded, embedded_rooms
from rounds.bench.content import content
from tests.bench import report
from tests.bench.footing import Footing
from tests.bench.person import Person

PROMISE = 0.8  # seconds to the first picture in a browser, median
WITHIN = 10.0  # seconds, then a join has failed
CALM_SECONDS = 0.7  # between two people; key frame requests within half a second are made one
NAMES = (
    "newcomer hears the other",
    "newcomer sees the other's key frame",
    "other hears the newcomer",
    "other sees the newcomer's key frame",
)


def run(joins: int, footing: Footing, told: report.Report) -> None:
    """Let people join a visit in which one person already talks."""
    told.say(f"Join: {joins} people, one after the other, join a visit where one person talks.")
    with embedded.running(footing.host) as engine:
        waits = asyncio.run(_measure(engine.socket, footing.host, joins))
    columns = zip(*waits, strict=True)
    result = {name: report.spread(values) for name, values in zip(NAMES, columns, strict=True)}
    told.say(report.durations(result))
    told.results["join"] = result
    worst = max(each["median_ms"] for each in result.values())
    told.promise(worst <= 3e3 * PROMISE, f"join to media on both sides {worst} ms (median)")


async def _measure(address: str, host: str, joins: int) -> list[tuple[float, ...]]:
    """Return for every newcomer the four waits of NAMES, in s since asking for the seat."""
    media = content()
    async with embedded_rooms.signalling(address, host) as engine:
        await engine.open_audience("join", ["host", "guest"])
        talker = Person(engine, "join", "host", media)
        await talker.join()
        waits = []
        for _ in range(joins):
            talker.heard.clear()
            talker.seen.clear()
            began = time.perf_counter()
            guest = Person(engine, "join", "guest", media)
            await guest.join()
            async with asyncio.timeout(WITHIN):
                await guest.receives("host")
                await talker.receives("guest")
            moments = (
                guest.heard["host"],
                guest.seen["host"],
                talker.heard["guest"],
                talker.seen["guest"],
            )
            waits.append(tuple(moment - began for moment in moments))
            await guest.leave()
            await asyncio.sleep(CALM_SECONDS)
        await talker.leave()
    return waits
