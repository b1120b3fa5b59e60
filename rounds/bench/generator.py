"""The load generator's process: connects rooms, plays the plan, prints what it measured as JSON.

Run as `python -m rounds.bench.generator` with a Load as JSON in its argument.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rounds.bench import embedded_rooms, process
from rounds.bench.content import USUAL, Quality, content
from rounds.bench.handshake import Handshake
from rounds.bench.peer import ConnectError
from rounds.bench.plan import Planner, Sending, Stamps
from rounds.bench.pump import Pump
from rounds.bench.receiver import FeedbackReader, Receiver, Tally
from rounds.bench.seats import Seat, Signalling

WARM_UP = 1.5  # seconds before the measured window
END_SLACK = 0.3  # seconds of the plan behind the window, so that it closes under load
SEED = 20
CONNECTING = 8  # rooms that connect at once: a handshake too many would wait too long
GAUGES = {
    "rooms", "seats", "connections", "tasks", "starts", "streams", "participants", "processes",
    "draining", "cpu_share", "clock_late_milliseconds", "clock_late_p95_milliseconds",
    "rooms_refused",
}  # fmt: skip

Reach = Callable[[str, str], AbstractAsyncContextManager[Signalling]]
"""Gives the signalling to a target at an address, for peers that bind on a host."""


@dataclass(frozen=True)
class Load:
    """What to play: `rooms` rooms of `size` people for `seconds`, against a running target."""

    target: str  # "embedded" or "janus"
    address: str
    host: str
    pids: list[int]  # of the media processes
    rooms: int
    size: int
    seconds: float
    port: int = 0  # of the media process, when it has one
    until: str = ""  # ends before `seconds` when this file exists
    first: int = 0  # number of the first room: several generators may share a target
    quality: Quality = USUAL
    waits: bool = False  # says `ready` when all is connected, and begins at a line on its input

    @classmethod
    def read(cls, text: str) -> "Load":
        """Return the load of its JSON form."""
        fields = json.loads(text)
        return cls(**fields | {"quality": Quality(**fields["quality"])})

    @property
    def window(self) -> tuple[float, float]:
        """Begin and end of the measured part, in s of the plan."""
        return WARM_UP, self.seconds - END_SLACK


@dataclass
class Reading:
    """Counters at one moment."""

    at: float
    processor: list[float]  # of each media process
    user: float
    system: float
    own: float
    sent: int
    received: int
    octets: int
    latencies: int


async def measure(load: Load, reach: Reach = embedded_rooms.signalling) -> dict[str, Any]:
    """Connect, play and return the figures of the measured window.

    Raises EOFError when whoever should say that it begins is gone.
    """
    async with reach(load.address, load.host) as target:
        began = time.perf_counter()
        at_once = asyncio.Semaphore(CONNECTING)

        async def open_room(number: int) -> list[Seat]:
            async with at_once:
                return await target.open_room(number, load.size)

        opening = [open_room(load.first + number) for number in range(load.rooms)]
        seats = [seat for room in await asyncio.gather(*opening) for seat in room]
        connected = time.perf_counter() - began
        # The loop stands still from here: the run has its own, and signalling only stays open.
        before = await target.statistics()
        figures = _play(load, seats) | {"connect_s": round(connected, 2)}
        after = await target.statistics()
        grown = {name: after[name] - before[name] for name in before.keys() - GAUGES}
        return figures | {"engine": grown} | _batches(grown)


def _batches(grown: dict[str, Any]) -> dict[str, Any]:
    """Return the mean number of datagrams the engine received with one call, if it counts."""
    received = sum(grown.get(kind, 0) for kind in ("rtp", "rtcp", "stun", "dtls"))
    return {"batch": round(received / grown["batches"], 1)} if grown.get("batches") else {}


def _play(load: Load, seats: list[Seat]) -> dict[str, Any]:
    pump, profile = _prepare(seats, load)
    if load.waits:
        print("ready", flush=True)
        if not sys.stdin.readline():
            raise EOFError
    if load.until:
        pump.end_with(Path(load.until).exists)
    readings: list[Reading] = []
    lost = process.datagrams_lost(load.port) if load.port else 0
    marks = [(at, lambda: readings.append(_read(load.pids, pump))) for at in load.window]
    pump.run(load.seconds, marks)
    figures = _figures(readings[0], readings[1], load.size, pump.tally)
    figures["cipher"] = profile
    figures["generator_late"] = round(pump.late / max(1, pump.sent), 4)
    figures["checked"], figures["corrupt"] = pump.tally.checked, pump.tally.corrupt
    figures["feedback_per_s"] = {
        name: round(count / load.seconds, 1) for name, count in sorted(pump.tally.feedback.items())
    }
    figures["resident_mb"] = round(sum(map(process.resident_bytes, load.pids)) / 1e6, 1)
    if load.port:
        figures["kernel_lost"] = process.datagrams_lost(load.port) - lost
    return figures


def _prepare(seats: list[Seat], load: Load) -> tuple[Pump, str]:
    media, stamps, tally = content(load.quality), Stamps(), Tally()
    chance = random.Random(SEED)
    plan: list[Sending] = []
    receivers, readers = [], []
    for seat in seats:
        sending, receiving = _connected(seat)
        planner = Planner(seat.publisher, sending, seat.payload_types(), stamps)
        plan += planner.plan(media, load.seconds, chance.uniform(0, 1 / 30))
        receivers.append(
            Receiver(seat.subscriber, receiving.incoming, receiving.outgoing, stamps, tally)
        )
        readers.append(FeedbackReader(seat.publisher, sending.incoming, tally))
    plan.sort(key=lambda sending: sending.due)
    return Pump(plan, stamps, receivers, readers, tally), _connected(seats[0])[0].profile


def _connected(seat: Seat) -> tuple[Handshake, Handshake]:
    sending, receiving = seat.publisher.dtls, seat.subscriber.dtls
    if sending is None or receiving is None:
        raise ConnectError("a seat without connections")
    return sending, receiving


def _read(pids: list[int], pump: Pump) -> Reading:
    tally = pump.tally
    both = [process.user_and_system_seconds(pid) for pid in pids]
    return Reading(
        time.perf_counter(),
        [process.processor_seconds(pid) for pid in pids],
        sum(user for user, _ in both),
        sum(system for _, system in both),
        time.process_time(),
        pump.sent,
        tally.received,
        tally.octets,
        len(tally.latencies),
    )


def _figures(a: Reading, b: Reading, size: int, tally: Tally) -> dict[str, Any]:
    window = b.at - a.at
    each = [after - before for before, after in zip(a.processor, b.processor, strict=True)]
    spent = sum(each)
    sent, received = b.sent - a.sent, b.received - a.received
    expected = sent * (size - 1)
    latencies = sorted(tally.latencies[a.latencies : b.latencies])

    def quantile(part: float) -> float:
        return round(latencies[int(len(latencies) * part)] * 1e3, 3) if latencies else 0.0

    return {
        "window_s": round(window, 2),
        "in_per_s": round(sent / window),
        "forwarded_per_s": round(received / window),
        "delivered": round(received / expected, 4) if expected else 0.0,
        "cpu_percent": round(100 * spent / window, 1),
        "busiest_percent": round(100 * max(each) / window, 1),
        "user_s": round(b.user - a.user, 2),
        "system_s": round(b.system - a.system, 2),
        "us_per_forwarded": round(spent / received * 1e6, 2) if received else 0.0,
        "us_per_received": round(spent / sent * 1e6, 2) if sent else 0.0,
        "generator_cpu_percent": round(100 * (b.own - a.own) / window, 1),
        "mean_size": round((b.octets - a.octets) / received) if received else 0,
        "latency_p50_ms": quantile(0.5),
        "latency_p99_ms": quantile(0.99),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(Load.read(sys.argv[1])))), flush=True)
