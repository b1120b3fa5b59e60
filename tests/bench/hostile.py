"""`hostile`: a million damaged datagrams against the engine while two people talk."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

from rounds.bench import embedded, process
from rounds.bench.generator import Load
from tests.bench import report
from tests.bench.attacker import Attack
from tests.bench.footing import Footing
from tests.bench.shots import DROPPED

CALM_SECONDS = 5.0  # of the call before anything hostile
LONGEST_SECONDS = 300.0  # of the call; it ends when the attack does
DELIVERED_AT_LEAST = 0.97  # the promise is 99 %; three times the loss it permits
LINES_AT_MOST = 100  # in the log; a stranger must not be able to fill a disk
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
        pid, before, lines = engine.pid, process.resident_bytes(engine.pid), engine.logged()
        over = engine.log.with_name("over")
        call = _talk(engine, footing, LONGEST_SECONDS, str(over))
        fired = _attack(engine, footing, options)
        over.touch()
        harmed = json.loads(call.communicate()[0])
        growth = process.resident_bytes(pid) - before
        survived = engine.pid == pid
        lines = engine.logged() - lines
    result = json.loads(fired)
    result["call"] = {"calm": json.loads(calm), "attacked": harmed}
    result["log_lines"] = lines
    result["growth_mb"] = round(growth / 1e6, 1)
    told.results["hostile"] = result
    _tell(result, told)
    fired_at_it = sum(figures["sent"] for figures in result["kinds"].values())
    told.say(f"  {fired_at_it} hostile datagrams were sent")
    told.promise(survived, "the media process is the same as before")
    faults = harmed["engine"].get("faults", 0)
    told.promise(faults == 0, f"no exception reached the port's loop ({faults})")
    told.promise(growth < GROWTH_BELOW, f"memory grew by {growth / 1e6:.1f} MB")
    told.promise(lines <= LINES_AT_MOST, f"{lines} lines were logged about it")
    told.promise(
        harmed["delivered"] >= DELIVERED_AT_LEAST,
        f"{harmed['delivered']:.2%} of the running call arrived",
    )


def _talk(
    engine: embedded.Engine, footing: Footing, seconds: float, until: str = ""
) -> subprocess.Popen[bytes]:
    """Start a call of two in a process of its own."""
    load = Load(
        "embedded", engine.socket, footing.host, engine.pids, 1, 2, seconds, engine.port, until
    )
    command = [sys.executable, "-m", "rounds.bench.generator", json.dumps(asdict(load))]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _attack(engine: embedded.Engine, footing: Footing, options: Options) -> bytes:
    """Fire everything; returns what the hostile process measured."""
    attack = Attack(
        engine.socket,
        footing.host,
        engine.port,
        engine.pid,
        options.datagrams,
        options.rate,
        options.seed,
    )
    command = [sys.executable, "-m", "tests.bench.attacker", json.dumps(asdict(attack))]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


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
