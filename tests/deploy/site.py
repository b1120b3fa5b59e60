"""A clinic's site as its people reach it: the real proxy with our file, on free ports."""

import contextlib
import http.client
import os
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.house.sources import ROOT

NAME = "visits.clinic.example"
PATIENCE = 30


@dataclass
class Site:
    """Where it listens, and whom to believe."""

    port: int
    plain_port: int
    trust: Path
    log: Path

    @property
    def origin(self) -> str:
        return f"https://{NAME}:{self.port}"

    def connection(self, origin: str = "127.0.0.1", **given: Any) -> http.client.HTTPConnection:
        """A connection over TLS from one of this machine's addresses."""
        context = given.pop("context", None) or ssl.create_default_context(cafile=str(self.trust))
        plain = socket.create_connection(
            ("127.0.0.1", self.port), timeout=PATIENCE, source_address=(origin, 0)
        )
        connection = http.client.HTTPConnection(NAME, self.port, timeout=PATIENCE)
        connection.sock = context.wrap_socket(plain, server_hostname=NAME)
        return connection

    def ask(
        self, method: str, path: str, body: bytes | None = None, origin: str = "127.0.0.1",
        **headers: str,
    ) -> tuple[int, http.client.HTTPMessage, bytes]:  # fmt: skip
        """Status, headers and body of one answer."""
        connection = self.connection(origin)
        with contextlib.closing(connection):
            sent = {"Origin": self.origin} | {n.replace("_", "-"): v for n, v in headers.items()}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


def certificate(folder: Path, name: str = NAME) -> tuple[Path, Path]:
    """Make a certificate for a name that vouches for itself, and its key."""
    chain, key = folder / "chain.pem", folder / "key.pem"
    told = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=clinic", "-addext", f"subjectAltName=DNS:{name}",
            "-keyout", str(key), "-out", str(chain)]  # fmt: skip
    subprocess.run(told, check=True, capture_output=True, timeout=30)
    return chain, key


def settings(folder: Path, port: int, plain_port: int, **more: str) -> dict[str, str]:
    """The environment that the proxy's file reads, and folders of its own."""
    usual = {
        "SITE": NAME,
        "HTTPS_PORT": str(port),
        "HTTP_PORT": str(plain_port),
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    return usual | more


@contextlib.contextmanager
def proxy(site: Site, environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the proxy until the end of the block, from when it takes connections."""
    file = str(ROOT / "deploy/caddy/Caddyfile")
    words = ["caddy", "run", "--adapter", "caddyfile", "--config", file]
    with site.log.open("wb") as log:
        process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: listens(site.port) and listens(site.plain_port), process, site.log)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def until(holds: Any, process: "subprocess.Popen[Any]", log: Path) -> None:
    """Wait until something holds; AssertionError with the log when the program ends before."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
