"""The product's engine as a process of its own, started and ended by the bench."""

import contextlib
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from rounds.bench import process
from rounds.media.sfu.process import MediaProcess

START_WITHIN = 20.0  # seconds


@dataclass(frozen=True)
class Engine:
    """A running engine: its owner's process, its media process, calls, media port."""

    host_pid: int
    socket: str
    port: int
    log: Path
    worker: str

    def logged(self) -> int:
        """Return how many lines the engine has logged."""
        return self.log.read_bytes().count(b"\n")

    @property
    def pids(self) -> list[int]:
        """The media processes now."""
        children = process.children(self.host_pid)
        worker = self.worker.encode()
        return [one for one in children if worker in Path(f"/proc/{one}/cmdline").read_bytes()]

    @property
    def pid(self) -> int:
        """The first media process now; LookupError while there is none."""
        for one in self.pids:
            return one
        raise LookupError("no media process")


@contextlib.contextmanager
def running(
    host: str, processes: int = 1, loop: str = "auto", worker: str = MediaProcess.module
) -> Iterator[Engine]:
    """Run the engine with so many media processes on `host`; none is left when the block ends.

    `loop` says what forwards there, see SfuSettings; `worker` is the module each of them runs.
    """
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as folder:
        path, port, log = f"{folder}/calls", _free_port(host), Path(folder) / "log"
        command = [sys.executable, "-m", "rounds.bench.embedded_host"]
        with log.open("wb") as writing:
            owner = subprocess.Popen(
                [*command, path, host, str(port), str(processes), loop, worker],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=writing,
                # Ctrl-C is ours to take; this process ends when we close its input.
                start_new_session=True,
            )
        process.share_priority(owner.pid)
        try:
            _wait_until_ready(owner)
            yield Engine(owner.pid, path, port, log, worker)
        except (RuntimeError, OSError, LookupError, AssertionError, subprocess.SubprocessError):
            sys.stderr.write(log.read_text()[-4000:])
            raise
        finally:
            try:
                owner.communicate(timeout=10)  # closes its input, on which it ends
            except subprocess.TimeoutExpired:
                owner.kill()
                owner.communicate()


def _wait_until_ready(owner: subprocess.Popen[bytes]) -> None:
    told = cast("IO[bytes]", owner.stdout)
    deadline = time.monotonic() + START_WITHIN
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([told], [], [], left)[0]:
            raise RuntimeError("the engine did not start in time")
        line = told.readline()
        if line == b"ready\n":
            return
        if not line:
            raise RuntimeError("the engine's process ended while starting")


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
