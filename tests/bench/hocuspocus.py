"""Hocuspocus with its defaults, as `npm ci` in tests/bench/livedoc installs it."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.bench.clinic import node
from tests.making.ground import free_port

FOLDER = Path(__file__).parent / "livedoc"


def installed() -> bool:
    """Say whether it can be run here."""
    return node() is not None and (FOLDER / "node_modules/@hocuspocus/server").is_dir()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[int, int]]:
    """Run it on a database in `folder`; yields process id and port."""
    port = free_port()
    command = [str(node()), str(FOLDER / "peer.mjs"), str(port), str(folder / "peer.sqlite")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("Hocuspocus did not start")
        yield process.pid, port
    finally:
        process.terminate()
        process.stdout.close()
        process.wait(timeout=20)
