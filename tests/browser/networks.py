"""A clinic, its GP and its patient, each in a network, with cables and a firewall between them."""

import base64
import contextlib
import hashlib
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from playwright.async_api import async_playwright

from tests.browser.clinic import DemoClinic
from tests.browser.coded import GP, PATIENT
from tests.browser.meeting import CHROMIUM, Browsers, Meeting
from tests.house.sources import ROOT
from tests.making.relay import Coturn, relaying
from tests.spaces import Space, cable, two_spaces

SERVER = "10.99.0.1"
"""The clinic's address, whichever cable leads to it."""
TCP_PORT = 8443
"""Where the engine itself takes media by TCP."""
HOME, MOBILE, DESK = ("home", "10.77.0"), ("mobile", "10.78.0"), ("desk", "10.79.0")


@dataclass
class Networks:
    """The clinic's network, the patient's, the relay, and a visit."""

    clinic: Space
    patient: Space
    coturn: Coturn
    served: DemoClinic
    meeting: Meeting

    def let_pass(self, *rules: str) -> None:
        """Let from the patient's network only pass what the rules let, and the pages."""
        if not rules:
            self.clinic.filter_input([])
            return
        staff = [f'iifname "{name}" accept' for name in ("lo", f"to-{DESK[0]}")]
        own = [*staff, f"tcp dport {self.served.port} accept"]
        self.clinic.filter_input([*own, *rules])

    def move(self, leave: tuple[str, str], take: tuple[str, str]) -> None:
        """Let the patient leave one network, and join another with another address."""
        self.patient.run("ip", "link", "set", leave[0], "down")
        connect(self.patient, take)


def connect(space: Space, to: tuple[str, str]) -> None:
    """Join a network: its cable up, the route to the clinic through it."""
    name, net = to
    space.run("ip", "link", "set", name, "up")
    space.run("ip", "route", "replace", "default", "via", f"{net}.1", "dev", name)


@contextlib.contextmanager
def laid() -> Iterator[tuple[Space, Space, Space]]:
    """Make the networks of clinic, patient and GP; the patient is at home, the GP at a desk."""
    with two_spaces() as (clinic, patient):
        office = Space(clinic)
        try:
            clinic.run("ip", "addr", "add", f"{SERVER}/32", "dev", "lo")
            for space, (name, net) in ((patient, HOME), (patient, MOBILE), (office, DESK)):
                cable(space, name, clinic, f"to-{name}")
                clinic.run("ip", "addr", "add", f"{net}.1/24", "dev", f"to-{name}")
                clinic.run("ip", "link", "set", f"to-{name}", "up")
                space.run("ip", "addr", "add", f"{net}.2/24", "dev", name)
            connect(patient, HOME)
            connect(office, DESK)
            yield clinic, patient, office
        finally:
            office.close()


@contextlib.asynccontextmanager
async def apart(folder: Path) -> AsyncIterator[Networks]:
    """Serve the clinic with its relay in one network; each browser is in another."""
    with laid() as (clinic, patient, office), contextlib.ExitStack() as running:
        coturn = running.enter_context(
            relaying(
                folder / "relay", [SERVER], before=clinic.enter, host=SERVER,
                relay_ip=SERVER, port="3478", tls_port="443",
            )
        )  # fmt: skip
        served = DemoClinic(
            folder / "clinic", folder / "log.jsonl", clinic.enter,
            ROUNDS_MEDIA_HOST=SERVER, ROUNDS_MEDIA_ADDRESSES=SERVER, ROUNDS_TURN_URLS=coturn.urls,
            ROUNDS_TURN_SECRET_FILE=str(coturn.secret_file), ROUNDS_MEDIA_TCP_PORT=str(TCP_PORT),
        )  # fmt: skip
        await served.start()
        try:
            running.enter_context(_forwarding(clinic, served.port))
            async with async_playwright() as playwright:
                media = folder / "media"
                media.mkdir()
                browsers = Browsers(playwright, media)
                browsers.at = {
                    role: (str(_program(folder / role, space)), _switches(coturn))
                    for role, space in ((GP.role, office), (PATIENT.role, patient))
                }
                meeting = Meeting(served, browsers, await served.fresh_visit())
                yield Networks(clinic, patient, coturn, served, meeting)
                await meeting.close()
                await browsers.close()
        finally:
            await served.stop()


def _switches(coturn: Coturn) -> tuple[str, ...]:
    """Let a browser find the clinic by its name, and trust the relay's own key."""
    certificate = x509.load_pem_x509_certificate(coturn.certificate.chain.read_bytes())
    key = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
    return (
        f"--host-resolver-rules=MAP localhost {SERVER}",
        f"--ignore-certificate-errors-spki-list={pin}",
    )


def _program(path: Path, space: Space) -> Path:
    """Write a program that is Chromium inside a network."""
    path.write_text(f'#!/bin/sh\nexec {shlex.join([*space.enter, CHROMIUM])} "$@"\n')
    path.chmod(0o755)
    return path


@contextlib.contextmanager
def _forwarding(clinic: Space, port: int) -> Iterator[None]:
    """Let pages be had at the clinic's address."""
    command = [*clinic.enter, sys.executable, "-m", "tests.browser.forward", SERVER, str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.terminate()


PAIRS = """async () => {
  const found = [];
  for (const { connection } of senses.open()) {
    const reports = await connection.getStats();
    for (const one of reports.values()) {
      if (one.type !== "transport" || !one.selectedCandidatePairId) continue;
      const pair = reports.get(one.selectedCandidatePairId);
      const local = reports.get(pair.localCandidateId), far = reports.get(pair.remoteCandidateId);
      found.push({
        kind: local.candidateType, by: local.relayProtocol ?? local.protocol,
        to: far.address ?? far.ip, received: pair.bytesReceived, sent: pair.bytesSent,
      });
    }
  }
  return found;
}"""


async def pairs(page: Any) -> list[dict[str, Any]]:
    """The pair of candidates that each connection of a page uses now."""
    found: list[dict[str, Any]] = await page.evaluate(PAIRS)
    return found
