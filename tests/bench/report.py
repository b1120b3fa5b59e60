"""What the bench tells: lines while it runs, a table per load, a JSON file."""

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rounds.bench.machine import machine
from rounds.bench.table import table as table


class Report:
    """Collects results and broken promises."""

    def __init__(self) -> None:
        """Begin with the machine's description."""
        self.results: dict[str, Any] = {"machine": machine()}
        self.broken: list[str] = []

    def say(self, line: str) -> None:
        """Print a line at once."""
        print(line, flush=True)

    def promise(self, kept: bool, sentence: str) -> None:
        """Note whether a promise to users held; a broken one fails the bench."""
        self.say(f"  {'kept' if kept else 'BROKEN'}: {sentence}")
        if not kept:
            self.broken.append(sentence)

    def write(self, path: str) -> None:
        """Write everything to a JSON file."""
        text = json.dumps(self.results | {"broken": self.broken}, indent=2)
        Path(path).write_text(text + "\n")


def medians(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the median of every number, and the first run's value of everything else."""
    merged = dict(runs[0])
    for name, value in runs[0].items():
        if isinstance(value, int | float):
            merged[name] = round(statistics.median(run[name] for run in runs), 4)
    return merged


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return median, 95 % quantile and maximum of durations, in ms."""
    ordered = sorted(seconds)
    return {
        "median_ms": round(statistics.median(ordered) * 1e3, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1e3, 1),
        "max_ms": round(ordered[-1] * 1e3, 1),
    }


def durations(measured: Mapping[str, Mapping[str, float]]) -> str:
    """Return a table of what `spread` made, by name."""
    rows: list[list[object]] = [["", "median ms", "p95 ms", "max ms"]]
    rows += [[name, *each.values()] for name, each in measured.items()]
    return table(rows)
