"""The units of systemd are read by systemd itself, and closed as far as it can judge."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT

UNITS = ROOT / "deploy/systemd"
OURS = sorted(path.name for path in UNITS.glob("*.*") if path.is_file())
OPENNESS_AT_MOST = 2.0
"""Of 10, by systemd's own count; a service that says nothing of it has 9.6."""


@pytest.fixture
def machine(tmp_path: Path) -> list[str]:
    """The words before a command that let it see our units where they are installed."""
    units, opt = tmp_path / "units", tmp_path / "opt"
    shutil.copytree(UNITS, units)
    shutil.copy("/lib/systemd/system/caddy.service", units)
    program = opt / "rounds/bin/rounds"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    shutil.copytree(ROOT / "deploy", opt / "rounds-deploy")
    return ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--bind", str(units),
            "/etc/systemd/system", "--bind", str(opt), "/opt"]  # fmt: skip


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("unit", [*OURS, "caddy.service"])
def test_systemd_finds_nothing_wrong_with_it(machine: list[str], unit: str) -> None:
    checked = run(*machine, "systemd-analyze", "verify", f"/etc/systemd/system/{unit}")
    said = [
        line
        for line in (checked.stdout + checked.stderr).splitlines()
        # What other units of this machine lack is not ours.
        if unit.partition(".")[0] in line
    ]
    assert said == []
    assert checked.returncode == 0, checked.stderr


def test_a_mistake_in_a_unit_is_seen(machine: list[str], tmp_path: Path) -> None:
    unit = tmp_path / "units/rounds.service"
    unit.write_text(unit.read_text().replace("ProtectHome=yes", "ProtectHomes=yes"))
    checked = run(*machine, "systemd-analyze", "verify", "/etc/systemd/system/rounds.service")
    assert "ProtectHomes" in checked.stderr


@pytest.mark.parametrize("unit", [name for name in OURS if name.endswith(".service")])
def test_it_is_closed(unit: str) -> None:
    judged = run("systemd-analyze", "security", "--offline=true", str(UNITS / unit))
    found = re.search(r"exposure level for \S+: ([\d.]+)", judged.stdout)
    assert found is not None, judged.stderr
    assert float(found[1]) <= OPENNESS_AT_MOST


def test_the_proxy_is_run_as_its_file_expects(machine: list[str]) -> None:
    shown = run(*machine, "systemd-analyze", "cat-config", "systemd/system/caddy.service")
    last_word = shown.stdout.rpartition("ExecStart=\n")[2]
    assert "/usr/bin/caddy run --config /etc/caddy/Caddyfile" in last_word
    assert "--environ" not in last_word, "it would log settings"


def test_every_path_in_the_units_is_of_something_that_is_installed() -> None:
    for name in OURS:
        for path in re.findall(r"/opt/rounds-deploy/(\S+)", (UNITS / name).read_text()):
            # The relay's own start is laid down with its configuration.
            assert path == "coturn/start.sh" or (ROOT / "deploy" / path).is_file()
    assert os.access("/usr/bin/caddy", os.X_OK)
