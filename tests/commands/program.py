"""The command line as an operator has it: in this process, or in one of its own."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.making.ground import free_port


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The environment of a server on loopback that keeps its things in `data`."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDS_")}
    usual = {
        "ROUNDS_DATA": str(data),
        "ROUNDS_PORT": str(free_port()),
        "ROUNDS_LOG_FORMAT": "json",
    }
    return own | usual | {f"ROUNDS_{name.upper()}": value for name, value in settings.items()}


def run(
    *words: str, env: dict[str, str], flags: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, *flags, "-m", "rounds", *words],
        env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@contextlib.contextmanager
def serving(*words: str, env: dict[str, str], log: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run a command that serves, from the line that says where until the end of the block."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "rounds", *words],
            env=env, stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("rounds is at "):
                break
        else:
            raise AssertionError(log.read_text())
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.stdout.close()
        process.wait(timeout=20)
