"""DTLS for the bench's own peers, over pyOpenSSL, ending in two pylibsrtp sessions (RFC 5764)."""

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from pylibsrtp import Policy, Session

from rounds.kernel.clock import SystemClock

CIPHERS = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305"
DATAGRAM_LIMIT = 1200
RECORD_HEADER = 13  # bytes; the last two are the record's length (RFC 6347 section 4.1)
REPLAY_WINDOW = 1024


@dataclass(frozen=True)
class Profile:
    """An SRTP protection profile: its name in OpenSSL, its number in libsrtp, sizes in bytes."""

    name: str
    number: int
    key: int
    salt: int


PROFILES = (
    Profile("SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    Profile("SRTP_AEAD_AES_256_GCM", Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 32, 12),
    Profile("SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
)


class Identity:
    """A self-signed ECDSA certificate with its key and SHA-256 fingerprint."""

    def __init__(self) -> None:
        """Make a fresh one."""
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, secrets.token_hex(8))])
        now = SystemClock().now()
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=30))
            .sign(self.key, hashes.SHA256())
        )
        self.fingerprint = fingerprint(self.certificate)

    def pem(self) -> tuple[bytes, bytes]:
        """Return the certificate and the unencrypted key, for a server that reads files."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return self.certificate.public_bytes(serialization.Encoding.PEM), key


def fingerprint(certificate: x509.Certificate) -> str:
    """Write a certificate's SHA-256 as SDP does (RFC 8122)."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


class Handshake:
    """One DTLS 1.2 association; `done` when both SRTP sessions exist, `failed` says why not."""

    def __init__(
        self,
        identity: Identity,
        server: bool,
        expected: str,
        send: Callable[[bytes], None],
        profiles: Sequence[Profile] = PROFILES,
    ) -> None:
        """Prepare; `expected` is the other side's fingerprint, `send` takes one datagram."""
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_options(SSL.OP_NO_TICKET)
        # Certificates are self-signed: the fingerprint from the SDP is what counts.
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        context.use_certificate(identity.certificate)
        context.use_privatekey(identity.key)
        context.set_cipher_list(CIPHERS)
        context.set_tlsext_use_srtp(":".join(p.name for p in profiles).encode())
        self._connection = SSL.Connection(context)
        self._connection.set_ciphertext_mtu(DATAGRAM_LIMIT)
        self._server, self._expected, self._send = server, expected, send
        if server:
            self._connection.set_accept_state()
        else:
            self._connection.set_connect_state()
        self.done = False
        self.failed = ""
        self.profile = ""
        self.outgoing: Session
        self.incoming: Session

    def start(self) -> None:
        """Send the first flight (as client)."""
        self._step()

    def feed(self, datagram: bytes) -> None:
        """Take a DTLS datagram from the other side."""
        self._connection.bio_write(datagram)
        if not self.done:
            self._step()
            return
        try:
            self._connection.recv(2048)
        except SSL.ZeroReturnError:
            self.failed = "closed by the other side"
        except SSL.Error:
            pass  # nothing but handshake records and alerts is expected here
        self._flush()

    def tick(self) -> None:
        """Send the last flight again when OpenSSL's timer says so."""
        if self.done or self.failed:
            return
        left = self._connection.DTLSv1_get_timeout()
        if left is not None and left <= 0:
            self._connection.DTLSv1_handle_timeout()
            self._flush()

    def _step(self) -> None:
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            self._flush()
            return
        except SSL.Error as fault:
            self.failed = f"handshake: {fault}"
            self._flush()
            return
        self._flush()
        certificate = self._connection.get_peer_certificate(as_cryptography=True)
        if certificate is None or fingerprint(certificate) != self._expected.upper():
            self.failed = "the certificate is not the one of the SDP"
            return
        self._keys()

    def _keys(self) -> None:
        """Derive both sessions; the exporter gives client key, server key, salts (RFC 5764 4.2)."""
        name = self._connection.get_selected_srtp_profile().decode()
        profile = next((p for p in PROFILES if p.name == name), None)
        if profile is None:
            self.failed = f"no SRTP profile agreed ({name!r})"
            return
        key, salt = profile.key, profile.salt
        material = self._connection.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (key + salt))
        halves = [
            material[i * key : (i + 1) * key] + material[2 * key + i * salt :][:salt]
            for i in (0, 1)
        ]
        mine = 1 if self._server else 0
        self.outgoing = _session(profile, halves[mine], Policy.SSRC_ANY_OUTBOUND)
        self.incoming = _session(profile, halves[1 - mine], Policy.SSRC_ANY_INBOUND)
        self.profile, self.done = name, True

    def _flush(self) -> None:
        """Send what OpenSSL wrote; its buffer has no datagram borders, records have."""
        written = b""
        while True:
            try:
                written += self._connection.bio_read(16_384)
            except SSL.Error:
                break
        datagram = b""
        while written:
            size = RECORD_HEADER + int.from_bytes(written[11:13], "big")
            record, written = written[:size], written[size:]
            if datagram and len(datagram) + len(record) > DATAGRAM_LIMIT:
                self._send(datagram)
                datagram = b""
            datagram += record
        if datagram:
            self._send(datagram)


def _session(profile: Profile, key: bytes, direction: int) -> Session:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile.number)
    policy.allow_repeat_tx = True
    policy.window_size = REPLAY_WINDOW
    return Session(policy)
