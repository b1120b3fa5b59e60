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

from tests.bench import process

START_WITHIN = 20.0  # seconds
WORKER = b"rounds.media.sfu.worker"


@dataclass(frozen=True)
class Engine:
    """A running engine: its owner's process, its media process, calls, media port."""

    host_pid: int
    socket: str
    port: int
    log: Path

    def logged(self) -> int:
        """Return how many lines the engine has logged."""
        return self.log.read_bytes().count(b"\n")

    @property
    def pid(self) -> int:
        """The media process now; LookupError while there is none."""
        for child in process.children(self.host_pid):
            if WORKER in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
        raise LookupError("no media process")


@contextlib.contextmanager
def running(host: str) -> Iterator[Engine]:
    """Run the engine with its media port on `host`."""
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as folder:
        path, port, log = f"{folder}/calls", _free_port(host), Path(folder) / "log"
        command = [sys.executable, "-m", "tests.bench.embedded_host", path, host, str(port)]
        with log.open("wb") as writing:
            owner = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=writing
            )
        try:
            _wait_until_ready(owner)
            yield Engine(owner.pid, path, port, log)
        except BaseException:
            sys.stderr.write(log.read_text()[-4000:])
            raise
        finally:
            try:
                owner.communicate(timeout=10)  # closes its input, on which it ends
            except subprocess.TimeoutExpired:
                owner.kill()
                owner.communicate()


def _wait_until_ready(owner: subprocess.Popen[bytes]) -> None:
    assert owner.stdout is not None
    deadline = time.monotonic() + START_WITHIN
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([owner.stdout], [], [], left)[0]:
            raise RuntimeError("the engine did not start in time")
        line = owner.stdout.readline()
        if line == b"ready\n":
            return
        if not line:
            raise RuntimeError("the engine's process ended while starting")


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
