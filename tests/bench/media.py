"""`media`: processor time per forwarded packet, beside Janus and beside the machine's floor."""

import contextlib
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from rounds.bench import embedded
from rounds.bench.content import content
from rounds.bench.generator import Load
from tests.bench import calibration, janus, report
from tests.bench.footing import Footing

DELIVERED_AT_LEAST = 0.97  # the promise is 99 %; three times the loss it permits
RUN_WITHIN = 120.0  # seconds, connecting included
TRIES = 3  # of a run whose generator was late
LATE_AT_MOST = 0.02  # share of datagrams sent 20 ms behind the plan

OURS, JANUS, JANUS_DEFAULT = "rounds", "janus event_loops=1", "janus default"

COLUMNS = (
    "us_per_forwarded",
    "times_floor",
    "cpu_percent",
    "forwarded_per_s",
    "delivered",
    "latency_p50_ms",
    "latency_p99_ms",
    "batch",
    "cipher",
)


@dataclass(frozen=True)
class Options:
    """Sizes of the bench."""

    rooms: int
    size: int
    visits: int
    seconds: float
    repeats: int
    janus: bool
    janus_default: bool
    loop: str


@dataclass(frozen=True)
class Shape:
    """A load: so many rooms of so many people."""

    rooms: int
    size: int

    @property
    def name(self) -> str:
        """The load in words."""
        return f"{self.rooms} {'visits' if self.size == 2 else 'rooms'} of {self.size}"


def run(options: Options, footing: Footing, told: report.Report) -> None:
    """Measure every load on every target; ratios are printed, delivery is asserted."""
    targets = [OURS]
    if options.janus and janus.installed() and footing.has_janus_address:
        targets.append(JANUS)
    else:
        told.say("Janus is not measured (not installed, not wanted, or no namespace).")
    told.say(f"Ground: {footing.description}.")
    shapes = [Shape(options.rooms, options.size), Shape(options.visits, 2)]
    results: dict[str, Any] = {"ground": footing.description}
    for shape in (shape for shape in shapes if shape.rooms):
        runs = _measure(shape, targets, options, footing, told)
        results[shape.name] = _conclude(shape, runs, told)
    told.results["media"] = results


def _measure(
    shape: Shape, targets: list[str], options: Options, footing: Footing, told: report.Report
) -> dict[str, list[dict[str, Any]]]:
    """Run all targets in turn, the order reversed every second time."""
    runs: dict[str, list[dict[str, Any]]] = {target: [] for target in targets}
    order = [t for i in range(options.repeats) for t in (targets if i % 2 == 0 else targets[::-1])]
    if JANUS in targets and options.janus_default:
        order.append(JANUS_DEFAULT)
        runs[JANUS_DEFAULT] = []
    for target in order:
        figures = _fair(target, shape, options, footing, told)
        runs[target].append(figures)
        told.say(
            f"  {shape.name}, {target}: {figures['us_per_forwarded']} µs per forwarded packet, "
            f"{figures['cpu_percent']} % of a core, {figures['forwarded_per_s']}/s, delivered "
            f"{figures['delivered']:.2%}, floor {figures['floor_us']} µs"
        )
    return runs


def _fair(
    target: str, shape: Shape, options: Options, footing: Footing, told: report.Report
) -> dict[str, Any]:
    """Measure again when the generator itself could not keep up: that says nothing of a target."""
    for _ in range(TRIES):
        figures = measure(target, shape, options, footing)
        if figures["generator_late"] <= LATE_AT_MOST:
            break
        told.say(f"  {shape.name}, {target}: generator late by {figures['generator_late']:.1%}")
    return figures


def measure(target: str, shape: Shape, options: Options, footing: Footing) -> dict[str, Any]:
    """Start the target, play the load once, end the target; returns the run's figures."""
    floor = calibration.measure(content(), footing.host).per_forwarded(shape.size)
    with _started(target, shape, options, footing) as load:
        command = [sys.executable, "-m", "tests.bench.generator", json.dumps(asdict(load))]
        played = subprocess.run(command, stdout=subprocess.PIPE, timeout=RUN_WITHIN, check=True)
    figures: dict[str, Any] = json.loads(played.stdout)
    figures["floor_us"] = round(floor, 2)
    figures["times_floor"] = round(figures["us_per_forwarded"] / floor, 2)
    return figures


@contextlib.contextmanager
def _started(target: str, shape: Shape, options: Options, footing: Footing) -> Iterator[Load]:
    load = Load("", "", footing.host, [], shape.rooms, shape.size, options.seconds)
    if target == OURS:
        with embedded.running(footing.host, loop=options.loop) as engine:
            load = replace(load, target="embedded", address=engine.socket)
            yield replace(load, pids=engine.pids, port=engine.port)
    else:
        with janus.running(footing.host, 1 if target == JANUS else 0) as (pid, address):
            yield replace(load, target="janus", pids=[pid], address=address)


def _conclude(
    shape: Shape, runs: dict[str, list[dict[str, Any]]], told: report.Report
) -> dict[str, Any]:
    middle = {target: report.medians(figures) for target, figures in runs.items()}
    rows: list[list[object]] = [[shape.name, *COLUMNS]]
    rows += [[target, *(f.get(name, "-") for name in COLUMNS)] for target, f in middle.items()]
    told.say(report.table(rows))
    result: dict[str, Any] = {"median": middle, "runs": runs}
    if JANUS in runs:
        pairs = zip(runs[OURS], runs[JANUS], strict=True)
        ratios = [round(a["us_per_forwarded"] / b["us_per_forwarded"], 3) for a, b in pairs]
        result["ratio_to_janus"] = round(
            middle[OURS]["us_per_forwarded"] / middle[JANUS]["us_per_forwarded"], 3
        )
        result["ratios_to_janus"] = ratios
        told.say(f"  ratio to Janus: {result['ratio_to_janus']} (pairs: {ratios})")
    delivered = statistics.median(figures["delivered"] for figures in runs[OURS])
    told.promise(
        delivered >= DELIVERED_AT_LEAST, f"{shape.name}: {delivered:.2%} of the media arrived"
    )
    return result
