"""The server starts when it is safe, and otherwise says how to make it so."""

import http.client
import json
import signal
import socket
import ssl
import time
from pathlib import Path

import pytest

from rounds.__main__ import main
from tests.commands.program import environment, run, serving
from tests.making.ground import free_udp_ports

pytestmark = pytest.mark.timeout(120)

PROMISED_END = 3.0
"""Seconds after SIGTERM; asserted at three times that."""


@pytest.fixture(scope="module")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a demo clinic in it."""
    data = tmp_path_factory.mktemp("demo") / "data"
    made = run("demo", "--prepare-only", env=environment(data))
    assert made.returncode == 0, made.stderr
    return data


def refused(*words: str, env: dict[str, str], flags: tuple[str, ...] = ()) -> str:
    ended = run("serve", *words, env=env, flags=flags)
    assert ended.returncode == 1, ended.stderr
    assert "rounds does not start:\n" in ended.stderr
    assert "\n  Fix: " in ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_it_does_not_start_for_others_without_https(demo_data: Path) -> None:
    told = refused("--host", "0.0.0.0", env=environment(demo_data))
    assert "without HTTPS" in told
    assert "--self-signed" in told


def test_it_does_not_start_under_o(demo_data: Path) -> None:
    assert "-O" in refused(env=environment(demo_data), flags=("-O",))


def test_it_does_not_start_without_a_clinic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDS_DATA", str(tmp_path))
    assert main(["migrate"]) == 0
    assert "rounds demo" in refused(env=environment(tmp_path))
    assert main(["migrate", "--to", "base"]) == 0
    assert "rounds migrate" in refused(env=environment(tmp_path))


def test_it_does_not_start_with_a_secret_others_can_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(32))
    secret.chmod(0o640)
    assert f"chmod 400 {secret}" in refused(env=environment(tmp_path))


def test_it_does_not_start_on_a_port_that_is_taken(demo_data: Path) -> None:
    env = environment(demo_data)
    with socket.create_server(("127.0.0.1", int(env["ROUNDS_PORT"]))):
        assert "ROUNDS_PORT" in refused(env=env)


def test_it_does_not_start_on_a_media_port_that_is_taken(demo_data: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", 0))
        port = taken.getsockname()[1]
        told = refused(env=environment(demo_data, media_port=str(port)))
    assert f"UDP port {port}" in told
    assert "ROUNDS_MEDIA_PORT" in told


def test_it_does_not_start_on_a_tcp_port_for_media_that_is_taken(demo_data: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused(env=environment(demo_data, media_tcp_port=str(port)))
    assert f"TCP port {port}" in told
    assert "ROUNDS_MEDIA_TCP_PORT" in told


def test_every_media_port_must_be_free(demo_data: Path) -> None:
    first = free_udp_ports(3)
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", first + 2))
        env = environment(demo_data, media_port=str(first), media_processes="3")
        assert f"UDP port {first + 2}" in refused(env=env)


def test_it_renews_its_media_processes_when_asked(demo_data: Path, tmp_path: Path) -> None:
    first, log = free_udp_ports(2), tmp_path / "log"
    env = environment(demo_data, media_port=str(first), media_processes="2")

    def ready() -> list[int]:
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        return [one["port"] for one in lines if one["event"] == "media_process_ready"]

    with serving("serve", env=env, log=log) as process:
        assert sorted(ready()) == [first, first + 1]
        process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + 45
        while len(ready()) < 4:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        assert sorted(ready()[2:]) == [first, first + 1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert events.count("media_process_drains") == 2
    assert events.count("media_process_renewed") == 2
    assert "media_process_lost" not in events


def test_it_serves_until_it_is_told_to_stop(demo_data: Path, tmp_path: Path) -> None:
    env, log = environment(demo_data), tmp_path / "log"
    with serving("serve", env=env, log=log) as process:
        connection = http.client.HTTPConnection("127.0.0.1", int(env["ROUNDS_PORT"]), timeout=5)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)) == (200, {"status": "ok", "failing": []})
        connection.close()
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert time.monotonic() - begun < 3 * PROMISED_END
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["level"] for line in lines} <= {"info", "warning"}


def test_it_serves_a_phone_in_the_house_over_https(demo_data: Path, tmp_path: Path) -> None:
    env = environment(demo_data)
    with serving("serve", "--self-signed", env=env, log=tmp_path / "log"):
        trust = ssl.create_default_context(cafile=str(demo_data / "self-signed.crt"))
        connection = http.client.HTTPSConnection(
            "127.0.0.1", int(env["ROUNDS_PORT"]), timeout=5, context=trust
        )
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"]
        connection.close()
    assert (demo_data / "self-signed.key").stat().st_mode & 0o777 == 0o400


def test_a_fault_of_the_database_is_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rounds.sqlite").write_bytes(b"no database at all, but some other file")
    monkeypatch.setenv("ROUNDS_DATA", str(tmp_path))
    assert main(["migrate"]) == 1
    assert "Fix: run rounds doctor" in capsys.readouterr().err
