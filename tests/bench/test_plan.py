"""The bench of the plan at its smallest: real servers are killed while people write in them."""

import shutil
from pathlib import Path

import pytest

from tests.bench import clinic, plan_kills, plan_load, plan_section
from tests.bench.plan_load import OURS, Shape

pytestmark = [
    pytest.mark.skipif("sys.platform != 'linux'", reason="processor time is read from /proc"),
    pytest.mark.skipif(shutil.which("node") is None, reason="the writers are a program of Node"),
    pytest.mark.timeout(300),
]


def test_a_killed_server_has_every_letter_that_it_answered(tmp_path: Path) -> None:
    there = clinic.fill(tmp_path, plan_kills.WRITERS, 0)
    killed = plan_kills.kill(there, OURS, 2, 7)
    assert killed.answered > 50
    assert killed.lost == 0


def test_people_see_what_others_write(tmp_path: Path) -> None:
    there = clinic.fill(tmp_path, 6, 2)
    for shape in (Shape(1, 4, views=2), Shape(2, 3)):
        told = plan_load.measure(there, shape, 3.0, OURS)
        assert told["refused"] == 0
        assert 0 < told["p50_ms"] <= told["p99_ms"]
        assert told["edits_per_s"] >= 0.5 * plan_load.RATE * shape.texts * shape.writers
        assert told["us_per_message"] > 0


def test_a_section_of_many_edits_opens() -> None:
    told = plan_section.measure(5000, 7)
    assert 3000 < told.letters < 5000
    assert told.gate_us > 0
    assert told.open_ms > 0
