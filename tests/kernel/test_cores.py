"""Cores are counted as a container has them, and media processes follow them modestly."""

import os
from pathlib import Path

import pytest

from rounds.kernel.config import Settings, usual_media_processes
from rounds.kernel.cores import cores


@pytest.mark.parametrize(
    ("quota", "most"),
    [
        ("max 100000", 10**6),
        ("100000 100000", 1),
        ("50000 100000", 1),
        ("150000 100000", 1),
        ("", 10**6),
        ("nonsense", 10**6),
        ("100000 0", 10**6),
    ],
)
def test_a_quota_counts(tmp_path: Path, quota: str, most: int) -> None:
    path = tmp_path / "cpu.max"
    path.write_text(quota)
    assert 1 <= cores(path) <= most
    assert cores(tmp_path / "none") == len(os.sched_getaffinity(0))


def test_a_small_machine_has_one_media_process_and_none_has_many_by_itself() -> None:
    counts = [usual_media_processes(available) for available in (1, 2, 3, 4, 6, 8, 64)]
    assert counts == [1, 1, 1, 2, 3, 4, 4]


def test_each_process_has_the_next_port(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, port=9000, media_processes=3)
    assert list(settings.media_udp_ports) == [9000, 9001, 9002]
    settings = Settings(data=tmp_path, port=9000, media_port=7000, media_processes=2)
    assert list(settings.media_udp_ports) == [7000, 7001]
    settings = Settings(data=tmp_path, port=9000)
    assert len(settings.media_udp_ports) == usual_media_processes(cores())
