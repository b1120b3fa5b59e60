"""The relay waits for the proxy's certificate, and takes a renewed one without ending a call."""

import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.deploy.site import NAME, certificate, until
from tests.house.sources import ROOT
from tests.making.ground import free_port

pytestmark = pytest.mark.timeout(120)

RELAY = (
    "exec turnserver -n --listening-ip=127.0.0.1 --listening-port=$PLAIN --tls-listening-port=$TLS"
    ' --cert="$TURN_CERT" --pkey="$TURN_KEY" --realm=$TURN_REALM --use-auth-secret'
    " --static-auth-secret=$SECRET --no-cli --no-dtls --log-file=stdout --userdb=$HOME/db"
    " --pidfile=$HOME/pid"
)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def relay(tmp_path: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    told = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TURN_REALM": NAME,
        "CERTIFICATES": str(tmp_path / "certificates"),
        "LOOK_EVERY": "1",
        "PLAIN": str(free_port()),
        "TLS": str(port),
        "SECRET": "0" * 64,
    }
    words = ["sh", str(ROOT / "deploy/coturn/follow-certificate.sh"), "sh", "-c", RELAY]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(words, env=told, stdout=log, stderr=log)
    try:
        yield process
    finally:
        family = psutil.Process(process.pid).children() if process.poll() is None else []
        process.kill()
        for one in family:
            one.kill()
        process.wait(timeout=20)


def renew(folder: Path, authority: str = "acme.example") -> bytes:
    """Lay a certificate where the proxy lays them; return its fingerprint."""
    made = folder / "made"
    made.mkdir(exist_ok=True)
    chain, key = certificate(made)
    place = folder / "certificates" / authority / NAME
    place.mkdir(parents=True, exist_ok=True)
    shutil.move(key, place / f"{NAME}.key")
    shutil.move(chain, place / f"{NAME}.crt")
    pem = (place / f"{NAME}.crt").read_text()
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest()


def shown(port: int) -> bytes | None:
    """The fingerprint of the certificate that somebody shows there."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname=NAME) as wire,
        ):
            return hashlib.sha256(wire.getpeercert(binary_form=True) or b"").digest()
    except OSError:
        return None


def test_it_waits_then_serves_then_takes_the_next(
    relay: "subprocess.Popen[bytes]", port: int, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    until(lambda: "waits for the certificate" in log.read_text(), relay, log)
    assert shown(port) is None
    first = renew(tmp_path)
    until(lambda: shown(port) == first, relay, log)
    family = {one.pid for one in psutil.Process(relay.pid).children() if one.name() != "sleep"}
    second = renew(tmp_path)
    assert second != first
    until(lambda: shown(port) == second, relay, log)
    after = {one.pid for one in psutil.Process(relay.pid).children() if one.name() != "sleep"}
    assert after == family, "it was restarted, which ends every call through it"
    relay.send_signal(signal.SIGTERM)
    relay.wait(timeout=20)
    left = [psutil.Process(pid) for pid in family if psutil.pid_exists(pid)]
    assert psutil.wait_procs(left, timeout=10)[1] == []


def test_it_ends_when_the_relay_cannot_start(tmp_path: Path) -> None:
    renew(tmp_path)
    told = {"PATH": os.environ["PATH"], "TURN_REALM": NAME, "LOOK_EVERY": "1",
            "CERTIFICATES": str(tmp_path / "certificates")}  # fmt: skip
    words = ["sh", str(ROOT / "deploy/coturn/follow-certificate.sh"), "sh", "-c", "exit 3"]
    assert subprocess.run(words, env=told, timeout=30, check=False).returncode == 3
