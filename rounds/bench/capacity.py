"""How many visits and conferences this machine carries: loads its own engine until it is full."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rounds.bench import embedded
from rounds.bench.content import Content, Quality, content
from rounds.bench.generator import Load
from rounds.bench.machine import load
from rounds.bench.search import Run, Search

HOST = "127.0.0.1"
QUALITIES = (
    Quality("180p", 320, 180, 150_000, seconds=3),
    Quality("360p", 640, 360, 600_000, seconds=3),
    Quality("720p", 1280, 720, 1_500_000, seconds=3),
)
"""A thumbnail, a picture among others, a speaker. Opus comes with each."""
SHAPES = (("visits of 2", 2), ("conferences of 4", 4))
SECONDS = 6.0
"""Of a run; about four of them are measured."""
RUN_WITHIN = 120.0
"""Seconds for connecting everybody and playing."""
GENERATOR_PERCENT = 90.0
"""A generator that needs more of its core measures itself."""
LATE_AT_MOST = 0.02
"""Share of packets a generator may send over 20 ms too late."""
FIRST_RATE = 3_000
"""Forwarded packets a second of a first run: a tenth of what one core carries."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How many rooms of a kind were carried at a quality, and what was measured doing so."""

    quality: Quality
    shape: str
    size: int
    search: Search
    load_before: float
    load_after: float

    def report(self) -> dict[str, Any]:
        """Return everything as plain values."""
        held = self.search.held
        return {
            "quality": asdict(self.quality),
            "shape": self.shape,
            "size": self.size,
            "held": held.rooms if held else 0,
            "bound": self.search.bound,
            "estimate_by_processor": self.search.estimate,
            "at_held": asdict(held) if held else None,
            "runs": [asdict(run) | {"broken": run.broken} for run in self.search.runs],
            "load_before": self.load_before,
            "load_after": self.load_after,
        }


@dataclass(frozen=True, slots=True)
class Wish:
    """What to measure, with how much of the machine, and when to stop."""

    processes: int
    generators: int
    seconds: float = SECONDS
    minutes: float = 15.0


async def measure(wish: Wish, say: Callable[[str], None]) -> AsyncIterator[Answer]:
    """Yield an answer for each quality and shape; `say` is told what goes on.

    Begins no further run after the given minutes. Raises RuntimeError when the engine does not
    start or a generator fails.
    """
    deadline = time.monotonic() + wish.minutes * 60
    for quality in QUALITIES:
        say(f"{quality.name}: coding {quality.seconds} s of picture and sound")
        media = await asyncio.to_thread(content, quality)
        for shape, size in SHAPES:
            before = load()
            search = Search(_first(media, size, wish.processes))
            while (rooms := search.next()) is not None:
                if time.monotonic() > deadline:
                    search.out_of_time = True
                    break
                say(f"{quality.name}, {rooms} {shape} …")
                run = await _run(wish, quality, size, rooms)
                say(f"  {run}")
                if run.doubtful and time.monotonic() < deadline:
                    run = min(run, await _run(wish, quality, size, rooms), key=Run.rank)
                    say(f"  again, the better one counts: {run}")
                search.runs.append(run)
            yield Answer(quality, shape, size, search, before, load())


def _first(media: Content, size: int, processes: int) -> int:
    per_sender = media.video_packets_per_second + 50
    return max(1, processes * int(FIRST_RATE / (per_sender * size * (size - 1))))


async def _run(wish: Wish, quality: Quality, size: int, rooms: int) -> Run:
    """Load a fresh engine with so many rooms, shared by the generators."""
    with embedded.running(HOST, wish.processes) as engine:
        parts = list(_shared(rooms, wish.generators))
        loads = [
            Load(
                "embedded", engine.socket, HOST, engine.pids, count, size, wish.seconds,
                first=first, quality=quality, waits=True,
            )
            for first, count in parts
        ]  # fmt: skip
        try:
            async with asyncio.timeout(RUN_WITHIN), contextlib.AsyncExitStack() as stack:
                started = [await stack.enter_async_context(_generator(one)) for one in loads]
                await asyncio.gather(*(_until_ready(one) for one in started))
                told = await asyncio.gather(*(_play(one) for one in started))
        except TimeoutError:
            # So many people could not even be connected.
            return Run(rooms, 100.0, 0.0, 0.0, fair=True)
    return _merged(rooms, told)


def _shared(rooms: int, generators: int) -> Iterator[tuple[int, int]]:
    """Yield the first room and the number of rooms of each generator that has any."""
    first = 0
    for number in range(generators):
        count = (rooms + number) // generators
        if count:
            yield first, count
        first += count


@contextlib.asynccontextmanager
async def _generator(load: Load) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a generator; it is gone when the block ends, however it ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rounds.bench.generator", json.dumps(asdict(load))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _until_ready(process: asyncio.subprocess.Process) -> None:
    if process.stdout is None or await process.stdout.readline() != b"ready\n":
        raise RuntimeError("a load generator did not get ready")


async def _play(process: asyncio.subprocess.Process) -> dict[str, Any]:
    told, _ = await process.communicate(b"begin\n")
    if process.returncode != 0:
        raise RuntimeError("a load generator failed")
    figures: dict[str, Any] = json.loads(told)
    return figures


def _merged(rooms: int, told: list[dict[str, Any]]) -> Run:
    """Return one run of what each generator saw: the worst latency, all packets together.

    Every generator read the same media processes, each in its own window.
    """
    keeping_up = all(
        one["generator_cpu_percent"] <= GENERATOR_PERCENT and one["generator_late"] <= LATE_AT_MOST
        for one in told
    )
    return Run(
        rooms,
        round(sum(one["busiest_percent"] for one in told) / len(told), 1),
        max(one["latency_p99_ms"] for one in told),
        round(min(one["delivered"] for one in told), 4),
        keeping_up,
    )
