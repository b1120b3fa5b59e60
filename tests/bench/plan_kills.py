"""`plan`: what a server had answered and lost when it was killed while ten people wrote."""

import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from tests.bench import hocuspocus
from tests.bench.clinic import Clinic, Seat, ended, node

WRITERS = 10
EVERY = 45
"""Milliseconds between two letters of one writer: 22 a second, below what one person may send."""
SHORTEST, LONGEST = 1.0, 2.2
"""Seconds of writing before a kill."""
OURS, PEER = "rounds", "hocuspocus"

Running = Callable[[], AbstractContextManager[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Killed:
    """What became of the letters that were answered before kills."""

    kills: int
    answered: int
    lost: int


def kill(clinic: Clinic, target: str, kills: int, seed: int) -> Killed:
    """Kill a server again and again while ten people write, and look what is there afterwards."""
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as made:
        folder = Path(made)
        if target == PEER:
            return _kill(PEER, lambda: hocuspocus.running(folder), clinic.crowd, kills, seed)
        with clinic.copied(folder) as data:
            return _kill(OURS, lambda: clinic.served(data), clinic.crowd, kills, seed)


def _kill(kind: str, running: Running, seats: Sequence[Seat], kills: int, seed: int) -> Killed:
    dice = random.Random(seed)
    promised: dict[str, int] = {}
    for turn in range(kills):
        with running() as (pid, port):
            promised |= _write(kind, pid, port, seats, dice.uniform(SHORTEST, LONGEST), turn == 0)
    with running() as (_, port):
        there = _there(_start(kind, port, seats[:1], every=0, begins=False))
    lost = sum(max(0, clock - there.get(client, 0)) for client, clock in promised.items())
    return Killed(kills, sum(promised.values()), lost)


def _write(
    kind: str, pid: int, port: int, seats: Sequence[Seat], seconds: float, begins: bool
) -> dict[str, int]:
    writers = _start(kind, port, seats[:WRITERS], EVERY, begins)
    try:
        said = cast("IO[str]", writers.stdout)
        said.readline()
        if said.readline() != "writing\n":
            raise RuntimeError("the writers did not begin")
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        answered: dict[str, int] = json.loads(ended(writers))
        return answered
    finally:
        writers.kill()
        writers.wait()


def _there(reader: "subprocess.Popen[str]") -> dict[str, int]:
    with reader:
        try:
            clocks: dict[str, int] = json.loads(ended(reader).splitlines()[0])
        finally:
            reader.kill()
    return clocks


def _start(
    kind: str, port: int, seats: Sequence[Seat], every: int, begins: bool
) -> "subprocess.Popen[str]":
    wish: dict[str, Any] = {
        "kind": kind, "port": port, "seats": list(seats), "every": every, "begins": begins,
    }  # fmt: skip
    command = [str(node()), str(hocuspocus.FOLDER / "typing.mjs"), json.dumps(wish)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
