"""A certificate for trying the product on a phone in the house network."""

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rounds.kernel.addresses import local_addresses
from rounds.kernel.config import LOOPBACK, Settings

DAYS = 30


def server_context(settings: Settings) -> ssl.SSLContext | None:
    """Return the TLS context to serve with, or nothing for plain HTTP."""
    if settings.self_signed:
        certificate, key = self_signed(settings.data)
    elif settings.tls_cert and settings.tls_key:
        certificate, key = settings.tls_cert, settings.tls_key
    else:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for every address of this machine, valid 30 days; return both paths."""
    certificate, key = folder / "self-signed.crt", folder / "self-signed.key"
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "rounds on this network")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName(_names()), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key.unlink(missing_ok=True)
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
        file.write(pem)
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return certificate, key


def _names() -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName(LOOPBACK[0])]
    addresses = (*local_addresses(), *LOOPBACK[1:])
    return names + [x509.IPAddress(ipaddress.ip_address(text)) for text in addresses]
