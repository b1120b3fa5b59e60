"""`hostile`: a million damaged datagrams against the engine while two people talk."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

from tests.bench import embedded, process, report
from tests.bench.attacker import Attack
from tests.bench.footing import Footing
from tests.bench.generator import Load
from tests.bench.shots import DROPPED

CALM_SECONDS = 5.0  # of the call before anything hostile
SETTLE_SECONDS = 12.0  # connecting the hostile seats, and the end of the last kind
DELIVERED_AT_LEAST = 0.97  # the promise is 99 %; three times the loss it permits
GROWTH_BELOW = 64e6  # bytes of resident memory, whatever strangers send


@dataclass(frozen=True)
class Options:
    """How many datagrams, how fast (a second), from which seed."""

    datagrams: int
    rate: int
    seed: int


def run(options: Options, footing: Footing, told: report.Report) -> None:
    """Attack a running call; assert that the engine and the call are untouched."""
    told.say(f"Hostile: {options.datagrams} datagrams at {options.rate}/s, seed {options.seed}.")
    with embedded.running(footing.host) as engine:
        calm = _talk(engine, footing, CALM_SECONDS).communicate()[0]
        pid, before = engine.pid, process.resident_bytes(engine.pid)
        seconds = options.datagrams / options.rate * 1.2 + SETTLE_SECONDS
        call = _talk(engine, footing, seconds)
        attack = Attack(
            engine.socket,
            footing.host,
            engine.port,
            pid,
            options.datagrams,
            options.rate,
            options.seed,
        )
        command = [sys.executable, "-m", "tests.bench.attacker", json.dumps(asdict(attack))]
        fired = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        harmed = json.loads(call.communicate()[0])
        growth = process.resident_bytes(engine.pid) - before
        survived = engine.pid == pid
    result = json.loads(fired.stdout)
    result["call"] = {"calm": json.loads(calm), "attacked": harmed}
    result["growth_mb"] = round(growth / 1e6, 1)
    told.results["hostile"] = result
    _tell(result, told)
    fired_at_it = sum(figures["sent"] for figures in result["kinds"].values())
    told.say(f"  {fired_at_it} hostile datagrams were sent")
    told.promise(survived, "the media process is the same as before")
    faults = harmed["engine"].get("faults", 0)
    told.promise(faults == 0, f"no exception reached the port's loop ({faults})")
    told.promise(growth < GROWTH_BELOW, f"memory grew by {growth / 1e6:.1f} MB")
    told.promise(
        harmed["delivered"] >= DELIVERED_AT_LEAST,
        f"{harmed['delivered']:.2%} of the running call arrived",
    )


def _talk(engine: embedded.Engine, footing: Footing, seconds: float) -> subprocess.Popen[bytes]:
    """Start a call of two in a process of its own."""
    load = Load("embedded", engine.socket, footing.host, engine.pid, 1, 2, seconds, engine.port)
    command = [sys.executable, "-m", "tests.bench.generator", json.dumps(asdict(load))]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _tell(result: dict[str, Any], told: report.Report) -> None:
    kinds = result["kinds"]
    yardstick = kinds[DROPPED]["us_each"]
    for figures in kinds.values():
        figures["times_dropping"] = round(figures["us_each"] / yardstick, 2) if yardstick else 0.0
    names = ("sent", "per_second", "us_each", "times_dropping", "lost_in_kernel")
    rows: list[list[object]] = [["kind", *names]]
    rows += [[kind, *(figures[name] for name in names)] for kind, figures in kinds.items()]
    told.say(report.table(rows))
    for when, figures in result["call"].items():
        told.say(
            f"  call, {when}: delivered {figures['delivered']:.2%}, latency p50 "
            f"{figures['latency_p50_ms']} ms, p99 {figures['latency_p99_ms']} ms"
        )
    told.say(f"  answers to strangers: {result['replies_to_strangers']}")
