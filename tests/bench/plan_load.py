"""`plan`: how soon others see an edit and what it costs the server, beside Hocuspocus."""

import json
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import hocuspocus
from tests.bench.clinic import Clinic, Seat, node
from tests.bench.report import Report, medians, table

OURS, PEER = "rounds", "hocuspocus"
RUN_WITHIN = 120.0
WARM, RATE = 2.0, 5.0
"""Seconds before a run counts, and letters that one person writes a second."""
COLUMNS = (
    "p50_ms",
    "p99_ms",
    "answer_p99_ms",
    "cpu_percent",
    "us_per_message",
    "kb_per_connection",
    "edits_per_s",
    "refused",
    "others_percent",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """So many texts with so many writers each; `views` pages a second are read beside them."""

    texts: int
    writers: int
    views: int = 0

    @property
    def name(self) -> str:
        """The load in words."""
        read = f", {self.views} pages read a second" if self.views else ""
        return f"{self.texts} texts of {self.writers}{read}"

    def seats(self, clinic: Clinic) -> list[list[Seat]]:
        """Return who sits where."""
        crowd = [clinic.crowd[: self.writers]]
        return crowd if self.texts == 1 else clinic.trios[: self.texts]


def compare(
    clinic: Clinic, shape: Shape, seconds: float, repeats: int, targets: Sequence[str], told: Report
) -> dict[str, Any]:
    """Run all targets in turn, the order turned round every second time; return the medians.

    The ratios are medians of pairs of runs that came one after the other.
    """
    runs: dict[str, list[dict[str, Any]]] = {target: [] for target in targets}
    for repeat in range(repeats):
        for target in targets if repeat % 2 == 0 else targets[::-1]:
            runs[target].append(measure(clinic, shape, seconds, target))
    middle = {target: medians(figures) for target, figures in runs.items()}
    rows: list[list[object]] = [[shape.name, *COLUMNS]]
    rows += [[target, *(one.get(name, "-") for name in COLUMNS)] for target, one in middle.items()]
    told.say(table(rows))
    result: dict[str, Any] = {"median": middle, "runs": runs}
    if PEER in targets:
        result["ratios"] = _ratios(runs)
        told.say(f"  ratios to Hocuspocus: {result['ratios']}")
    return result


def measure(clinic: Clinic, shape: Shape, seconds: float, target: str) -> dict[str, Any]:
    """Start a target anew, let people write once, end it; return the run's figures."""
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as made:
        folder = Path(made)
        if target == PEER:
            with hocuspocus.running(folder) as (pid, port):
                return _write(clinic, shape, seconds, target, pid, port)
        with clinic.copied(folder) as data, clinic.served(data) as (pid, port):
            return _write(clinic, shape, seconds, target, pid, port)


def _write(
    clinic: Clinic, shape: Shape, seconds: float, target: str, pid: int, port: int
) -> dict[str, Any]:
    wish = {
        "kind": target,
        "pid": pid,
        "port": port,
        "seats": shape.seats(clinic),
        "rate": RATE,
        "warm": WARM,
        "seconds": seconds,
        "listeners": 1 if shape.writers > 3 else shape.writers,
        "views": shape.views,
    }
    command = [str(node()), str(hocuspocus.FOLDER / "load.mjs"), json.dumps(wish)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, timeout=RUN_WITHIN, check=True)
    figures: dict[str, Any] = json.loads(ran.stdout)
    return {name: value for name, value in figures.items() if value is not None}


def _ratios(runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, float]:
    pairs = list(zip(runs[OURS], runs[PEER], strict=True))
    return {
        name: round(
            statistics.median(one[name] / max(0.01, other[name]) for one, other in pairs), 3
        )
        for name in ("p50_ms", "p99_ms", "us_per_message", "kb_per_connection")
        if all(name in one and name in other for one, other in pairs)
    }
