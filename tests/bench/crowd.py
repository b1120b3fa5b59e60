"""`crowd`: twelve people in one room who see each other small and whoever speaks large."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rounds.bench import embedded, embedded_rooms, process
from rounds.bench.content import USUAL, Content, Quality, content
from rounds.bench.receiver import Tally
from tests.bench import calibration, report
from tests.bench.crowd_person import Frame, Member
from tests.bench.footing import Footing
from tests.making.waiting import eventually
from tests.media.layered import RIDS

THUMBNAIL = Quality("thumbnail", 320, 180, 140_000, seconds=10)
THUMBNAIL_AT_MOST = 150_000
"""Bit/s of a thumbnail's payload."""
SMALL, LARGE = 120, 480
"""Pixels that a thumbnail and the large picture have on the screen."""
SHARE_AT_MOST = 0.25
"""Of a core: the promise, and for the change of the speaker:"""
CHANGE_WITHIN = 1.0  # seconds
ROOM = "crowd"
SETTLE_WITHIN = 20.0
WITHIN = 60.0  # seconds, without the two windows
CALM = 2.0  # seconds before what is measured
PROMISED = "one speaks, the others' microphones are silent"
LOUD = "one speaks, and all microphones send"


@dataclass(frozen=True)
class Options:
    """How many people, and seconds of each of both measured windows."""

    people: int
    seconds: float


def run(options: Options, footing: Footing, told: report.Report) -> None:
    """Measure silent and open microphones, then let somebody else speak."""
    told.say(
        f"Crowd: {options.people} people, thumbnails of {THUMBNAIL.height} lines, "
        f"the speaker in {USUAL.height}; {options.seconds:.0f} s each."
    )
    result = measure(options, footing, told.say)
    told.results["crowd"] = result
    change = result["change"]
    told.say(
        f"  another speaker is large at all after {change['slowest_s']} s (median "
        f"{change['median_s']} s), {change['key_frames_of_speaker']} key frames of theirs asked, "
        f"{change['key_frames']} in the room; {result['resident_mb']} MB resident"
    )
    share = result[PROMISED]["cpu_percent"] / 100
    told.promise(share <= 3 * SHARE_AT_MOST, f"{share:.0%} of a core for {options.people} people")
    told.promise(
        change["slowest_s"] <= 3 * CHANGE_WITHIN,
        f"the speaker's picture is large within {change['slowest_s']} s",
    )
    told.promise(change["key_frames_of_speaker"] <= 1, "at most one key frame is asked for it")
    told.promise(result["strange"] == 0, "every picture is of whom and in the size it should be")


def measure(options: Options, footing: Footing, say: Callable[[str], None]) -> dict[str, Any]:
    """Run the room once; return figures by what was measured. `say` is told what goes on."""
    media = {RIDS[0]: content(THUMBNAIL), RIDS[1]: content()}
    with embedded.running(footing.host) as engine:
        within = WITHIN + 2 * options.seconds
        measuring = _measure(engine, footing.host, options, media, say)
        return asyncio.run(asyncio.wait_for(measuring, within))


async def _measure(
    engine: embedded.Engine,
    host: str,
    options: Options,
    media: dict[str, Content],
    say: Callable[[str], None],
) -> dict[str, Any]:
    async with embedded_rooms.signalling(engine.socket, host) as asking:
        names = [f"person-{number:02}" for number in range(options.people)]
        await asking.open_audience(ROOM, names)
        ledger: list[Frame] = []
        crowd = Crowd(engine, asking, Tally(), [])
        crowd.people = [Member(asking, ROOM, one, media, ledger, crowd.tally) for one in names]
        for one in crowd.people:
            await one.join()
            # As a page does: else everybody's large picture would go to everybody at first.
            await one.look(dict.fromkeys(names, SMALL))
        say("  all are seated")
        await crowd.turn_to(crowd.people[0])
        say("  each picture has its size")
        floor = calibration.measure(_mixed(media, options.people), host)
        told: dict[str, Any] = {}
        for name, murmur in ((PROMISED, False), (LOUD, True)):
            for one in crowd.people:
                one.murmurs = murmur
            await asyncio.sleep(CALM)
            told[name] = _with_floor(await crowd.window(options.seconds), floor)
            say(f"  {name}: {_in_words(told[name])}")
        told["change"] = await crowd.change(crowd.people[1])
        told["resident_mb"] = round(process.resident_bytes(engine.pid) / 1e6, 1)
        told["thumbnail_bits"] = round(media[RIDS[0]].video_bits_per_second)
        told["strange"] = sum(one.looker.strange for one in crowd.people if one.looker)
        told["corrupt"] = crowd.tally.corrupt
        told["feedback"] = dict(crowd.tally.feedback)
        for one in crowd.people:
            await one.leave()
        return told


@dataclass
class Crowd:
    """Everybody in the room, and what is measured of them."""

    engine: embedded.Engine
    asking: embedded_rooms.EmbeddedSignalling
    tally: Tally
    people: Sequence[Member]

    async def turn_to(self, speaker: Member) -> float:
        """Let somebody speak and all pages show them large; return when all pages were told."""
        for one in self.people:
            one.speaks = one is speaker
        await asyncio.gather(*(one.look(dict(self._heights(one, speaker))) for one in self.people))
        asked = time.perf_counter()
        await eventually(lambda: self._settled(speaker), SETTLE_WITHIN)
        return asked

    def _heights(self, one: Member, speaker: Member) -> Iterator[tuple[str, int]]:
        for other in self.people:
            if other is not one:
                yield other.name, LARGE if other is speaker else SMALL

    def _settled(self, speaker: Member) -> bool:
        """Tell whether everyone has the speaker large and all others small, and no more is sent."""
        for one in self.people:
            sizes = {} if one.looker is None else one.looker.sizes
            for other in self.people:
                size = RIDS[1] if other is speaker else RIDS[0]
                if other is not one and sizes.get(other.name) != size:
                    return False
            if one.wanted != [one is not speaker, one is speaker]:
                return False
        return True

    async def window(self, seconds: float) -> dict[str, Any]:
        """Measure the media process for so long."""
        pid, tally = self.engine.pid, self.tally
        before = await self._counts()
        latencies, began = len(tally.latencies), time.perf_counter()
        used, own = process.processor_seconds(pid), time.process_time()
        await asyncio.sleep(seconds)
        passed = time.perf_counter() - began
        used = process.processor_seconds(pid) - used
        own = time.process_time() - own
        grown = {name: value - before[name] for name, value in (await self._counts()).items()}
        ordered = sorted(tally.latencies[latencies:])
        out = grown["received"]
        return {
            "cpu_percent": round(100 * used / passed, 1),
            "in_per_s": round(grown["rtp"] / passed),
            "out_per_s": round(out / passed),
            "us_per_forwarded": round(used / out * 1e6, 1),
            "processor_s": used,
            "in": grown["rtp"],
            "out": out,
            "batch": round(grown["datagrams"] / grown["batches"], 1),
            "late": round(grown["late"] / max(1, grown["sent"]), 4),
            "generator_cpu_percent": round(100 * own / passed, 1),
            "latency_p50_ms": round(ordered[len(ordered) // 2] * 1e3, 2),
            "latency_p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1e3, 2),
        }

    async def _counts(self) -> dict[str, int]:
        engine = await self.asking.statistics()
        return {
            "rtp": engine["rtp"],
            "batches": engine["batches"],
            "datagrams": engine["rtp"] + engine["rtcp"] + engine["stun"],
            "received": self.tally.received,
            "sent": sum(one.sent for one in self.people),
            "late": sum(one.late for one in self.people),
        }

    async def change(self, speaker: Member) -> dict[str, Any]:
        """Let somebody else speak; return how soon they are large, and what was asked for it."""
        before = (await self.asking.statistics())["key_frames_asked"]
        mine = speaker.asked[RIDS[1]]
        asked = await self.turn_to(speaker)
        after = (await self.asking.statistics())["key_frames_asked"]
        waits = sorted(
            one.looker.since[speaker.name] - asked
            for one in self.people
            if one is not speaker and one.looker is not None
        )
        return {
            "median_s": round(waits[len(waits) // 2], 3),
            "slowest_s": round(waits[-1], 3),
            "key_frames_of_speaker": speaker.asked[RIDS[1]] - mine,
            "key_frames": after - before,
        }


def _in_words(figures: dict[str, Any]) -> str:
    return (
        f"{figures['cpu_percent']} % of a core at {figures['in_per_s']} packets/s in and "
        f"{figures['out_per_s']} out ({figures['us_per_forwarded']} µs each, "
        f"{figures['times_floor']} times the floor), latency p50 {figures['latency_p50_ms']}, "
        f"p99 {figures['latency_p99_ms']} ms; senders late in {figures['late']:.1%}"
    )


def _mixed(media: dict[str, Content], people: int) -> Content:
    """Return payloads in about the room's mix: thumbnails of all but one, one large picture."""
    small, large = (media[rid] for rid in RIDS)
    frames = [frame for frame in small.video for _ in range(people - 1)]
    return Content(frames + large.video, [])


def _with_floor(figures: dict[str, Any], floor: calibration.Floor) -> dict[str, Any]:
    """Add what libsrtp and batched system calls alone would take for the same packets."""
    least = figures["in"] * (floor.receive + floor.unprotect)
    least += figures["out"] * (floor.protect + floor.send)
    return figures | {
        "floor_us": round(least / figures["out"], 2),
        "times_floor": round(figures["processor_s"] * 1e6 / least, 2),
    }
