"""`loss`: a call over bad lines, with and without retransmission, counted in whole frames."""

import asyncio
from dataclasses import dataclass
from typing import Any

from rounds.bench import embedded, embedded_rooms
from rounds.bench.content import content
from tests.bench import report
from tests.bench.footing import Footing
from tests.bench.person import Person
from tests.media.impairment.way import Conditions, Way

DELAY = 0.025  # seconds each way between a person and the engine
WHOLE_AT_LEAST = 0.85  # the promise: at most 5 % of frames missing; three times that
WITHIN = 15.0  # seconds to the first picture
FRAME_TIME = 3000  # of the 90 kHz clock, 30 frames a second
ROOM, NAMES = "loss", ("one", "two")


@dataclass(frozen=True)
class Options:
    """How much is lost on each of four lines, for how long, from which seed."""

    loss: float
    seconds: float
    seed: int


def run(options: Options, footing: Footing, told: report.Report) -> None:
    """Measure both ways; the one without retransmission is the control."""
    told.say(
        f"Loss: {options.loss:.0%} on every way up and down, {DELAY * 1e3:.0f} ms each, "
        f"{options.seconds:.0f} s, seed {options.seed}."
    )
    result = {}
    for name, repairs in (("retransmission", True), ("control without it", False)):
        with embedded.running(footing.host) as engine:
            figures = asyncio.run(_measure(engine.socket, footing.host, options, repairs))
        result[name] = figures
        told.say(f"  {name}: {figures}")
    told.results["loss"] = result
    whole = result["retransmission"]["whole"]
    told.promise(whole >= WHOLE_AT_LEAST, f"{whole:.1%} of the frames came whole")


async def _measure(address: str, host: str, options: Options, repairs: bool) -> dict[str, Any]:
    async with embedded_rooms.signalling(address, host) as engine:
        await engine.open_audience(ROOM, list(NAMES))
        bad = Conditions(options.loss, delay=DELAY)
        lines = [
            (Way(f"{options.seed}/{name}/up", bad), Way(f"{options.seed}/{name}/down", bad))
            for name in NAMES
        ]
        people = [
            Person(engine, ROOM, name, content(), ways, repairs)
            for name, ways in zip(NAMES, lines, strict=True)
        ]
        await asyncio.gather(*(person.join() for person in people))
        async with asyncio.timeout(WITHIN):
            await asyncio.gather(people[0].receives(NAMES[1]), people[1].receives(NAMES[0]))
        await asyncio.sleep(options.seconds)
        accounts = [account for person in people for account in person.repairers.values()]
        for person in people:
            await person.leave()
        counts = [account.frames(FRAME_TIME) for account in accounts]
        frames, whole = sum(c[0] for c in counts), sum(c[1] for c in counts)
        return {
            "frames": frames,
            "whole": round(whole / frames, 4),
            "repaired_packets": sum(account.repaired for account in accounts),
            "lost_on_lines": sum(way.lost for ways in lines for way in ways),
            "passed_on_lines": sum(way.passed for ways in lines for way in ways),
        }
