"""rounds doctor --network, beside a running server and its real relay."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.program import environment, run, serving
from tests.making.ground import free_port
from tests.making.relay import Coturn, peer_address, relaying

NAMES = [
    "name", "tcp", "page", "websocket", "media", "media tcp", "relay udp", "relay tcp", "relay tls",
]  # fmt: skip


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """The clinic's relay."""
    folder = tmp_path_factory.mktemp("relay")
    with relaying(folder, [peer_address()], relay_ip=peer_address()) as one:
        yield one


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, coturn: Coturn) -> Iterator[dict[str, str]]:
    """The environment of a server that runs."""
    folder = tmp_path_factory.mktemp("clinic")
    env = environment(
        folder / "data",
        media_addresses=peer_address(),
        media_tcp_port=str(free_port()),
        turn_urls=coturn.urls,
        turn_secret_file=str(coturn.secret_file),
    ) | {"SSL_CERT_FILE": str(coturn.certificate.chain)}
    with serving("demo", env=env, log=folder / "log"):
        yield env


def test_every_step_of_a_server_that_is_well(served: dict[str, str]) -> None:
    done = run("doctor", "--network", "--json", env=served)
    steps = json.loads(done.stdout)["steps"]
    assert [(one["step"], one["state"]) for one in steps] == [(name, "well") for name in NAMES]
    assert (done.returncode, done.stderr) == (0, "")


def test_the_step_that_fails_is_named_with_its_fix(served: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("x" * 40)
    done = run("doctor", "--network", env=served | {"ROUNDS_TURN_SECRET_FILE": str(other)})
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert "well (media): " in done.stdout
    refused = [at for at, line in enumerate(lines) if line.startswith("failed (relay ")]
    assert len(refused) == 3
    assert all("  Fix: Give both the same secret" in lines[at + 1] for at in refused)


def test_a_code_carries_it_to_another_machine(
    served: dict[str, str], coturn: Coturn, tmp_path: Path
) -> None:
    printed = run("doctor", "--print-code", env=served)
    assert printed.returncode == 0
    command = printed.stdout.splitlines()[-1].split()
    assert command[:4] == ["rounds", "doctor", "--network", "--code"]
    assert coturn.relay().secret not in printed.stdout
    elsewhere = environment(tmp_path / "none") | {"SSL_CERT_FILE": str(coturn.certificate.chain)}
    done = run(*command[1:], "--json", env=elsewhere)
    assert [one["state"] for one in json.loads(done.stdout)["steps"]] == ["well"] * len(NAMES)
    broken = run("doctor", "--network", "--code", command[4][:-12], env=elsewhere)
    assert (broken.returncode, "no code of" in broken.stderr) == (1, True)


def test_a_server_that_does_not_run(served: dict[str, str]) -> None:
    stopped = served | {"ROUNDS_PORT": str(free_port()), "ROUNDS_TURN_URLS": ""}
    stopped.pop("ROUNDS_TURN_SECRET_FILE")
    done = run("doctor", "--network", env=stopped)
    assert done.returncode == 1
    assert "failed (tcp): " in done.stdout
    assert "failed (media): " in done.stdout
    assert "skipped (relay): " in done.stdout


def test_settings_of_no_server(tmp_path: Path) -> None:
    done = run("doctor", "--network", env=environment(tmp_path / "none"))
    assert (done.returncode, "ROUNDS_DATA" in done.stderr) == (1, True)
    wrong = environment(tmp_path, turn_urls="turn.example")
    done = run("doctor", "--network", env=wrong)
    assert (done.returncode, "ROUNDS_TURN_URLS" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr
