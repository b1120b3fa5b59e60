"""The real relay for tests: coturn with the configuration that ships, on this machine."""

import contextlib
import datetime as dt
import ipaddress
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rounds.kernel.addresses import local_addresses
from rounds.media.relay import Relay, read_addresses
from tests.house.sources import ROOT

START = ROOT / "deploy/coturn/start.sh"
PATIENCE = 20.0


def peer_address(family: int = 4) -> str:
    """An address of this machine that is not loopback: coturn relays to no loopback at all."""
    version = 6 if family == 6 else 4
    return next(
        host
        for host in local_addresses()
        if ipaddress.ip_address(host).version == version
        and not ipaddress.ip_address(host).is_loopback
    )


@dataclass(frozen=True)
class Certificate:
    """Files of a certificate that vouches for itself, and its key."""

    chain: Path
    key: Path


def make_certificate(
    folder: Path, names: Sequence[str], days: float = 3, name: str = "relay"
) -> Certificate:
    """Write a certificate for host names and addresses, good from an hour ago for `days`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests of rounds")])
    begins = dt.datetime.now(dt.UTC) - dt.timedelta(days=max(1.0, 1 - days))
    alternatives: list[x509.GeneralName] = []
    for one in names:
        try:
            alternatives.append(x509.IPAddress(ipaddress.ip_address(one)))
        except ValueError:
            alternatives.append(x509.DNSName(one))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(dt.datetime.now(dt.UTC) + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(folder / f"{name}.crt", folder / f"{name}.key")
    files.chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@dataclass(frozen=True)
class Coturn:
    """A running relay."""

    host: str
    port: int
    tls_port: int
    secret_file: Path
    certificate: Certificate
    log: Path

    @property
    def urls(self) -> str:
        """Its addresses as ROUNDS_TURN_URLS has them: by UDP, TCP and TLS."""
        plain = f"turn:{self.host}:{self.port}?transport="
        return f"{plain}udp,{plain}tcp,turns:{self.host}:{self.tls_port}?transport=tcp"

    def relay(self, secret: str = "") -> Relay:
        """The relay as rounds knows it, with the right secret or another one."""
        return Relay(read_addresses(self.urls), secret or self.secret_file.read_text().strip())


def environment(folder: Path, peers: Sequence[str], /, **settings: str) -> dict[str, str]:
    """What start.sh is told for a relay that keeps its things in `folder`."""
    return {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "TURN_REALM": "relay.test",
        "TURN_SECRET_FILE": str(folder / "turn-secret"),
        "TURN_PEERS": ",".join(peers),
        "TURN_CERT": str(folder / "relay.crt"),
        "TURN_KEY": str(folder / "relay.key"),
        "TURN_RUN": str(folder / "run"),
    } | {f"TURN_{name.upper()}": value for name, value in settings.items()}


@contextlib.contextmanager
def relaying(
    folder: Path,
    peers: Sequence[str],
    options: Sequence[str] = (),
    before: Sequence[str] = (),
    host: str = "127.0.0.1",
    **settings: str,
) -> Iterator[Coturn]:
    """Run the relay, with further options of coturn's own; `before` is a command to start it by."""
    folder.mkdir(exist_ok=True)
    secret = folder / "turn-secret"
    secret.write_text(secrets.token_hex(32) + "\n")
    secret.chmod(0o600)
    certificate = make_certificate(folder, [host, "localhost", "relay.test"])
    port = int(settings.setdefault("port", str(_free_port())))
    tls_port = int(settings.setdefault("tls_port", str(_free_port())))
    settings.setdefault("listening_ip", host)
    env = environment(folder, peers, **settings)
    with _run([*before, str(START), *options], env, folder / "turn.log") as log:
        yield Coturn(host, port, tls_port, secret, certificate, log)


@contextlib.contextmanager
def relaying_anywhere(folder: Path, secret: str) -> Iterator[int]:
    """Run a relay that nobody gave our configuration; give its port for UDP and TCP."""
    folder.mkdir()
    port = _free_port()
    command = [
        "turnserver", "-n", "--use-auth-secret", f"--static-auth-secret={secret}", "--no-cli",
        "--realm=open.test", "--listening-ip=127.0.0.1", f"--listening-port={port}", "--no-tls",
        "--no-dtls", f"--relay-ip={peer_address()}", "--log-file=stdout", "--simple-log",
        f"--userdb={folder}/db", f"--pidfile={folder}/pid",
    ]  # fmt: skip
    with _run(command, {"PATH": "/usr/bin"}, folder / "turn.log"):
        yield port


@contextlib.contextmanager
def _run(command: Sequence[str], env: dict[str, str], log: Path) -> Iterator[Path]:
    with log.open("wb") as writing:
        process = subprocess.Popen(command, env=env, stdout=writing, stderr=subprocess.STDOUT)
    try:
        _await_start(process, log)
        yield log
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_start(process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the last listener is open, after which the relay opens its database."""
    deadline = time.monotonic() + PATIENCE
    while "SQLite DB connection success" not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(log.read_text(errors="replace")[-3000:])
        time.sleep(0.05)


def _free_port() -> int:
    """A number free for TCP and UDP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            with contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", port))
                return port
