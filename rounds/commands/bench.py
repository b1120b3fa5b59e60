"""rounds bench media: how many visits and conferences this machine holds."""

import asyncio
import json
import signal
import sys
from typing import Any

from rounds.bench.capacity import Answer, Wish, measure
from rounds.bench.machine import load, machine
from rounds.bench.search import BUSIEST_PERCENT, DELIVERED, LATENCY_MS
from rounds.bench.table import table
from rounds.commands.serve import Refused
from rounds.kernel.config import Settings
from rounds.kernel.cores import cores

WHY = {
    "processor": "processor",
    "latency": "latency",
    "loss": "loss",
    "generator": "load generator",
    "runs": "enough tried",
    "time": "out of time",
}
"""What stood in the way of more, in words."""

QUIET = 0.5
"""Load per core, before we begin, above which others take part in what is measured."""
DISTURBED = (
    "Other programs keep this machine busy: what is held is too low, and latency is theirs as "
    "much as ours. Measure again when it is quiet."
)

TEXT = """\
{processor}, {cores} cores, Python {python}.
Held at once by {several}, each below {busiest} % of a core, 99 of 100 packets forwarded
within {latency} ms:

{rows}

held          what was measured
limit         what stood in the way of more
by processor  how many it would be if only the processor counted, by the line through the runs

Load generators, on the same cores: {generators}. Load of the machine: {before} before,
{after} after.
rounds serve runs {here} of these processes here (ROUNDS_MEDIA_PROCESSES); each holds that much
while it finds a free core."""


async def bench_media(
    settings: Settings, processes: int, seconds: float, minutes: float, as_json: bool
) -> None:
    """Load media processes of our own on loopback and print what they carried.

    No running server is touched. Progress goes to standard error. Raises Refused where the
    system does not tell what a process uses.
    """
    if sys.platform != "linux":
        raise Refused("The bench reads processor time from /proc, which only Linux has.")
    task = asyncio.current_task()
    if task is not None:
        # As Ctrl-C: every process we started ends first.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    wish = Wish(processes, max(1, cores()), seconds, minutes)
    here = len(settings.media_udp_ports)
    told: dict[str, Any] = {
        "machine": machine() | {"usable_cores": cores()},
        "media_processes_of_the_server": here,
        "media_processes_measured": processes,
        "load_generators": wish.generators,
        "limits": {
            "busiest_percent": BUSIEST_PERCENT,
            "latency_p99_ms": LATENCY_MS,
            "delivered": DELIVERED,
        },
        "load_before": load(),
    }
    told["disturbed"] = told["load_before"] > cores() * QUIET
    _say(f"Load before: {told['load_before']} on {cores()} cores.")
    if told["disturbed"]:
        _say(DISTURBED)
    answers = [answer async for answer in measure(wish, _say)]
    told |= {"load_after": load(), "answers": [answer.report() for answer in answers]}
    print(json.dumps(told, indent=2) if as_json else _text(told, answers, processes, here))
    if told["disturbed"] and not as_json:
        print(f"\n{DISTURBED}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _text(told: dict[str, Any], answers: list[Answer], processes: int, here: int) -> str:
    known = told["machine"]
    rows: list[list[object]] = [
        ["", "", "held", "% of a core", "p99 ms", "limit", "by processor"],
        *(_row(answer) for answer in answers),
    ]
    return TEXT.format(
        processor=known["processor"],
        cores=known["usable_cores"],
        python=known["python"],
        several=f"{processes} media processes" if processes > 1 else "one media process",
        busiest=round(BUSIEST_PERCENT),
        latency=round(LATENCY_MS),
        rows=table(rows),
        generators=told["load_generators"],
        before=told["load_before"],
        after=told["load_after"],
        here=here,
    )


def _row(answer: Answer) -> list[object]:
    held = answer.search.held
    estimate = answer.search.estimate
    return [
        f"{answer.quality.name}, {answer.quality.rate // 1000} kbit/s",
        answer.shape,
        held.rooms if held else 0,
        held.busiest_percent if held else "-",
        held.latency_p99_ms if held else "-",
        WHY[answer.search.bound],
        "-" if estimate is None else f"~{estimate}",
    ]
