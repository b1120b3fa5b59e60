"""`rounds bench media` loads real media processes, tells what it saw, and leaves nothing behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rounds.__main__ import main
from rounds.bench import capacity, process
from rounds.bench.capacity import QUALITIES, Wish
from rounds.bench.content import content
from tests.commands.program import environment

pytestmark = [
    pytest.mark.skipif("sys.platform != 'linux'", reason="processor time is read from /proc"),
    pytest.mark.timeout(240),
]


async def test_a_run_loads_every_process_and_counts_what_arrived() -> None:
    run = await capacity._run(Wish(processes=2, generators=2, seconds=4.0), QUALITIES[0], 2, 6)
    assert run.rooms == 6
    assert run.delivered > 0.98
    assert 0 < run.busiest_percent < 100
    assert run.latency_p99_ms > 0


@pytest.mark.parametrize(("rooms", "generators"), [(1, 4), (4, 4), (7, 3), (10, 1)])
def test_rooms_are_shared_among_generators(rooms: int, generators: int) -> None:
    parts = list(capacity._shared(rooms, generators))
    numbers = [first + at for first, count in parts for at in range(count)]
    assert numbers == list(range(rooms))
    assert len(parts) == min(rooms, generators)


def test_a_quality_is_sent_at_its_rate() -> None:
    thumbnail = QUALITIES[0]
    media = content(thumbnail)
    assert media.video_bits_per_second == pytest.approx(thumbnail.rate, rel=0.1)
    assert len(media.audio) == 50 * thumbnail.seconds
    assert len(media.video) == 30 * thumbnail.seconds


def test_it_tells_programs_what_ran_and_people_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(capacity, "QUALITIES", QUALITIES[:1])
    words = ["bench", "media", "--seconds", "3", "--minutes", "0.1"]
    assert main([*words, "--json"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert told["media_processes_measured"] == 1
    assert told["load_before"] >= 0
    assert [answer["shape"] for answer in told["answers"]] == ["visits of 2", "conferences of 4"]
    first = told["answers"][0]
    assert first["bound"] in ("processor", "latency", "loss", "generator", "runs", "time")
    assert first["runs"]
    assert first["runs"][0]["busiest_percent"] > 0
    assert "180p, " in printed.err
    assert main([*words[:-1], "0"]) == 0
    shown = capsys.readouterr().out
    assert "180p, 150 kbit/s" in shown
    assert "out of time" in shown
    assert "Load of the machine" in shown


def _family(pid: int) -> set[int]:
    """A process and all below it."""
    found = {pid}
    with contextlib.suppress(OSError):
        for child in process.children(pid):
            found |= _family(child)
    return found


def _lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_in_the_middle_it_leaves_no_process(tmp_path: Path, told: int) -> None:
    content(QUALITIES[0])
    bench = subprocess.Popen(
        [sys.executable, "-m", "rounds", "bench", "media", "--seconds", "60"],
        env=environment(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert bench.stderr is not None
    with bench.stderr:
        family: set[int] = set()
        deadline = time.monotonic() + 60
        # Itself, the engine's owner, its media process and at least one generator.
        while len(family) < 4:
            assert time.monotonic() < deadline
            family = _family(bench.pid)
            time.sleep(0.05)
        begun = time.monotonic()
        os.kill(bench.pid, told)
        assert bench.wait(timeout=30) == 130
        assert "Traceback" not in bench.stderr.read()
    assert time.monotonic() - begun < 20
    while any(map(_lives, family)):
        assert time.monotonic() - begun < 30, "a process was left"
        time.sleep(0.05)
