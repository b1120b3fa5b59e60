"""`plan`: the plan that is written together, beside Hocuspocus where it is installed."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench import clinic, hocuspocus, plan_kills, plan_load, plan_section
from tests.bench.plan_load import OURS, PEER, Shape
from tests.bench.report import Report

P50_MS, P99_MS, COMMIT_P99_MS = 8.0, 40.0, 40.0
"""Milliseconds: from an edit to another's page with 20 and with 100 writers, and to its answer."""
GATE_US, OPEN_MS = 8.0, 40.0
"""Microseconds of the gate for a keystroke, and milliseconds until a section of `EDITS` is open."""
EDITS = 100_000
ENOUGH = 5000
"""Answered letters without which a number of kills says little."""
CROWD, TRIOS = 100, 200


@dataclass(frozen=True, slots=True)
class Options:
    """Sizes of the bench."""

    kills: int
    seconds: float
    repeats: int
    seed: int
    loads: bool = True


def run(options: Options, told: Report) -> None:
    """Kill, then let people write; what is promised is asserted at three times, ratios are told."""
    if clinic.node() is None:
        told.say("The plan is not measured: it needs Node.")
        return
    targets = [OURS, PEER] if hocuspocus.installed() else [OURS]
    if PEER not in targets:
        told.say("Hocuspocus is not measured (npm ci --prefix tests/bench/livedoc installs it).")
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as made:
        people, trios = (CROWD, TRIOS) if options.loads else (plan_kills.WRITERS, 0)
        there = clinic.fill(Path(made), people, trios)
        results: dict[str, Any] = {}
        results["kills"] = _kills(there, options, targets, told)
        if options.loads:
            results["loads"] = _loads(there, options, targets, told)
            results["section"] = _section(options, told)
    told.results["plan"] = results


def _kills(
    there: clinic.Clinic, options: Options, targets: list[str], told: Report
) -> dict[str, Any]:
    told.say(f"Ten people write while the server is killed, {options.kills} times.")
    found = {}
    for target in targets:
        killed = plan_kills.kill(there, target, options.kills, options.seed)
        told.say(f"  {target}: {killed.lost} of {killed.answered} answered letters lost")
        found[target] = killed
    ours = found[OURS]
    told.promise(ours.lost == 0, f"{ours.lost} answered letters lost in {ours.kills} kills")
    if options.kills >= 25:
        told.promise(ours.answered >= ENOUGH, f"{ours.answered} letters were answered")
    return {target: asdict(killed) for target, killed in found.items()}


def _loads(
    there: clinic.Clinic, options: Options, targets: list[str], told: Report
) -> dict[str, Any]:
    shapes = [Shape(1, 20), Shape(1, 100), Shape(TRIOS, 3)]
    results = {}
    for shape in shapes:
        results[shape.name] = plan_load.compare(
            there, shape, options.seconds, options.repeats, targets, told
        )
    read = Shape(1, 20, views=20)
    results[read.name] = plan_load.compare(
        there, read, options.seconds, options.repeats, [OURS], told
    )
    few, many, _, reading = (one["median"][OURS] for one in results.values())
    told.promise(few["p50_ms"] <= 3 * P50_MS, f"20 writers see each other after {few['p50_ms']} ms")
    told.promise(many["p99_ms"] <= 3 * P99_MS, f"100 writers: p99 {many['p99_ms']} ms")
    told.promise(
        reading["answer_p99_ms"] <= 3 * COMMIT_P99_MS,
        f"answers while 20 pages a second are read: p99 {reading['answer_p99_ms']} ms",
    )
    return results


def _section(options: Options, told: Report) -> dict[str, Any]:
    found = plan_section.measure(EDITS, options.seed)
    told.say(
        f"A section of {found.edits} edits: the gate {found.gate_us} µs for a keystroke, "
        f"open after {found.open_ms} ms with {found.letters} letters."
    )
    told.promise(found.open_ms <= 3 * OPEN_MS, f"a section of {EDITS} edits opens in time")
    told.promise(found.gate_us <= 3 * GATE_US, f"the gate takes {found.gate_us} µs")
    return asdict(found)
