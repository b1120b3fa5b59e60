"""Setting a machine up without containers: what the units name is there, closed, and kept."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.builder import Root
from tests.house.sources import ROOT

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(os.geteuid() != 0, reason="makes accounts in a root of its own"),
]

SITE, EMAIL, ADDRESSES = "visits.clinic.example", "it@clinic.example", "192.0.2.7,2001:db8::7"


@pytest.fixture
def machine(tmp_path: Path) -> Root:
    """A clean machine with Debian's proxy and relay, and the checkout's deploy/."""
    root = Root(tmp_path, "/usr/local/bin")
    shutil.copytree(ROOT / "deploy", root.path("/build/deploy"))
    return root


def set_up(machine: Root, *words: str) -> "subprocess.CompletedProcess[str]":
    told = machine.building("sh", "/build/deploy/system.sh", *words)
    return subprocess.run(told, capture_output=True, text=True, timeout=60, check=False)


def numbers(machine: Root, file: str, name: str) -> int:
    """The number of an account or group of that machine."""
    found = re.search(rf"^{name}:[^:]*:(\d+):", machine.path(file).read_text(), re.M)
    assert found is not None
    return int(found[1])


def test_everything_that_the_units_name_is_there_and_closed(machine: Root) -> None:
    made = set_up(machine, SITE, EMAIL, ADDRESSES)
    assert made.returncode == 0, made.stderr
    rounds, caddy = (
        numbers(machine, "/etc/passwd", "rounds"),
        numbers(machine, "/etc/group", "caddy"),
    )
    for path, mode, owner in (
        ("/var/lib/rounds", 0o700, rounds),
        ("/var/backups/rounds", 0o700, rounds),
        ("/etc/rounds/turn-secret", 0o400, rounds),
        ("/etc/rounds/rounds.env", 0o640, 0),
        ("/etc/rounds/relay.env", 0o640, 0),
        ("/etc/rounds/tls", 0o750, 0),
        ("/opt/rounds-deploy", 0o755, 0),
        ("/usr/local/bin/rounds", 0o755, 0),
    ):
        found = machine.path(path).stat()
        assert (found.st_mode & 0o7777, found.st_uid) == (mode, owner), path
    assert machine.path("/etc/rounds/relay.env").stat().st_gid == caddy
    for unit in machine.path("/etc/systemd/system").glob("rounds*.service"):
        for file in re.findall(r"^EnvironmentFile=(\S+)", unit.read_text(), re.M):
            assert machine.path(file).is_file()
    ours = machine.path("/etc/caddy/Caddyfile").read_text()
    assert ours == (ROOT / "deploy/caddy/Caddyfile").read_text()
    assert machine.path("/etc/caddy/Caddyfile.before-rounds").read_text() != ours
    settings = machine.path("/etc/rounds/rounds.env").read_text()
    assert f"ROUNDS_PUBLIC_URL=https://{SITE}\n" in settings
    assert f'ROUNDS_MEDIA_ADDRESSES="{ADDRESSES}"\n' in settings
    secret = machine.path("/etc/rounds/turn-secret").read_text()
    assert re.fullmatch("[0-9a-f]{64}", secret)
    for file in machine.path("/etc/rounds").glob("*.env"):
        assert secret not in file.read_text()


def test_the_second_time_keeps_settings_and_secrets_and_renews_the_rest(machine: Root) -> None:
    assert set_up(machine, SITE, EMAIL, ADDRESSES).returncode == 0
    secret = machine.path("/etc/rounds/turn-secret").read_text()
    settings = machine.path("/etc/rounds/rounds.env")
    settings.write_text(settings.read_text() + "ROUNDS_IDLE_MINUTES=10\n")
    machine.path("/etc/caddy/Caddyfile").write_text("old")
    before = machine.path("/etc/caddy/Caddyfile.before-rounds").read_text()
    assert set_up(machine, "other.example", EMAIL, "192.0.2.9").returncode == 0
    assert machine.path("/etc/rounds/turn-secret").read_text() == secret
    assert "ROUNDS_IDLE_MINUTES=10" in settings.read_text()
    assert SITE in settings.read_text()
    assert machine.path("/etc/caddy/Caddyfile").read_text() != "old"
    assert machine.path("/etc/caddy/Caddyfile.before-rounds").read_text() == before


def test_the_command_runs_under_the_account_with_the_settings(machine: Root) -> None:
    assert set_up(machine, SITE, EMAIL, ADDRESSES).returncode == 0
    program = machine.path("/opt/rounds/bin/rounds")
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nid -un; echo "$ROUNDS_MEDIA_ADDRESSES"; echo "$@"\n')
    program.chmod(0o755)
    told = machine.building("/usr/local/bin/rounds", "doctor", "--json")
    ran = subprocess.run(told, capture_output=True, text=True, timeout=30, check=False)
    assert ran.stdout.splitlines() == ["rounds", ADDRESSES, "doctor --json"], ran.stderr


def test_what_is_no_name_makes_nothing(machine: Root) -> None:
    refused = set_up(machine, "visits clinic", EMAIL, ADDRESSES)
    assert refused.returncode == 2
    assert not machine.path("/etc/rounds").exists()
    assert "rounds:" not in machine.path("/etc/passwd").read_text()
