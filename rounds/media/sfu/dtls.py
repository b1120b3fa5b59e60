"""aiortc's DTLS transport over our datagrams; the only file with aiortc's private names.

What is used of aiortc 1.16: `RTCDtlsTransport` calls `_recv` and `_send` of the object it was
given and reads its `role`; `_set_role`, `_srtp_profiles`, `_ssl`, `_write_ssl`, `_rx_srtp` and
`_tx_srtp` are ours to set, override and read. `tests/media/test_aiortc_contract.py` names them too.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import pylibsrtp
from aiortc import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCIceTransport,
)
from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_256_GCM
from OpenSSL import SSL

from rounds.media.sfu.native import SRTP, Context

INBOX = 64
"""Datagrams that may wait for the handshake; more are dropped (the peer sends them again)."""
LARGEST_DATAGRAM = 1200
"""Bytes of one outgoing DTLS datagram, for paths with a small MTU."""
RECORD_HEADER = 13
PROFILES = [SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_256_GCM]
"""Authenticated encryption only; 128 first, for it costs less."""


class HandshakeFailedError(Exception):
    """The peer is not who the description said, or spoke no DTLS we accept."""


@dataclass(frozen=True, slots=True)
class SrtpPair:
    """The two directions of SRTP; the sessions own what the contexts point to."""

    inbound: Context
    outbound: Context
    sessions: tuple[pylibsrtp.Session, pylibsrtp.Session]


def datagrams(flight: bytes) -> list[bytes]:
    """Cut what OpenSSL wrote at record borders and pack it to at most LARGEST_DATAGRAM bytes."""
    packed: list[bytes] = []
    at, start = 0, 0
    while at < len(flight):
        size = RECORD_HEADER + int.from_bytes(flight[at + 11 : at + 13], "big")
        if at > start and at + size - start > LARGEST_DATAGRAM:
            packed.append(flight[start:at])
            start = at
        at += size
    if start < len(flight):
        packed.append(flight[start:])
    return packed


class DatagramPort:
    """What aiortc takes for its ICE transport: a bounded inbox and a way out."""

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        """Send by calling `send` with one datagram."""
        self._inbox: asyncio.Queue[bytes | None] = asyncio.Queue(INBOX)
        self._forward = send
        self._closed = False

    def put(self, datagram: bytes) -> bool:
        """Offer a datagram from the network; False when the inbox is full."""
        try:
            self._inbox.put_nowait(datagram)
        except asyncio.QueueFull:
            return False
        return True

    def close(self) -> None:
        """End whoever waits for a datagram."""
        self._closed = True
        if self._inbox.empty():
            self._inbox.put_nowait(None)

    async def _recv(self) -> bytes:
        if self._closed:
            raise ConnectionError
        datagram = await self._inbox.get()
        if datagram is None:
            raise ConnectionError
        return datagram

    async def _send(self, data: bytes) -> None:
        self._forward(data)


class _Transport(RTCDtlsTransport):
    """aiortc's transport, writing whole flights in datagrams of a safe size."""

    async def _write_ssl(self) -> None:
        flight, ssl = b"", self._ssl
        while ssl is not None:
            try:
                flight += ssl.bio_read(65536)
            except SSL.Error:
                break
        for datagram in datagrams(flight):
            await self.transport._send(datagram)


class DtlsEndpoint:
    """The passive side of one DTLS-SRTP association (RFC 5763, RFC 5764) with its certificate."""

    def __init__(self, send: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Send through `send`; call `on_end` once when the peer ends the association."""
        certificate = RTCCertificate.generateCertificate()
        self._port = DatagramPort(send)
        self._transport = _Transport(cast("RTCIceTransport", self._port), [certificate])
        self._transport._set_role("server")
        self._transport._srtp_profiles = PROFILES
        self._on_end: Callable[[], None] | None = on_end
        self._transport.on("statechange", self._changed)
        self.fingerprint: str = next(
            each.value for each in certificate.getFingerprints() if each.algorithm == "sha-256"
        )

    def receive(self, datagram: bytes) -> bool:
        """Take a datagram of the peer's validated address; False when it had to be dropped."""
        return self._port.put(datagram)

    async def handshake(self, fingerprint: str) -> SrtpPair:
        """Shake hands with the owner of that SHA-256 fingerprint.

        Raises HandshakeFailedError. The caller sets the deadline.
        """
        await self._transport.start(
            RTCDtlsParameters(
                fingerprints=[RTCDtlsFingerprint(algorithm="sha-256", value=fingerprint)]
            )
        )
        if self._transport.state != "connected":
            raise HandshakeFailedError(self._transport.state)
        inbound, outbound = self._transport._rx_srtp, self._transport._tx_srtp
        return SrtpPair(SRTP.context(inbound), SRTP.context(outbound), (inbound, outbound))

    async def close(self) -> None:
        """Tell the peer and end; a second call does nothing."""
        self._on_end = None
        self._port.close()
        await self._transport.stop()

    def _changed(self) -> None:
        on_end = self._on_end
        if self._transport.state == "closed" and on_end is not None:
            self._on_end = None
            on_end()
