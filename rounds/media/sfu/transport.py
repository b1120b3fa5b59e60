"""One connection of a seat: credentials, validated addresses, DTLS and SRTP contexts."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from rounds.kernel.tasks import Tasks
from rounds.media.engine import Reason
from rounds.media.sfu import ice
from rounds.media.sfu.counters import Counters
from rounds.media.sfu.dtls import DtlsEndpoint, HandshakeFailedError, SrtpPair
from rounds.media.sfu.native import Context, SocketAddress
from rounds.media.sfu.outgoing import Outgoing
from rounds.media.sfu.rtp import Buffer

HANDSHAKE_SECONDS = 10
MOST_ADDRESSES = 8
"""Validated addresses of one connection; an honest browser has two or three."""
ALIVE_SECONDS = 10
"""Browsers check every 2.5 to 5 s."""
PACKETS_PER_SECOND = 1500
BURST = 1500
CONTROL_PER_SECOND = 100
"""RTCP packets taken from one connection."""

AddressKey = tuple[int, ...]


class MediaPort(Protocol):
    """What a connection needs of the shared UDP port."""

    outgoing: Outgoing
    counters: Counters
    tasks: Tasks

    def register(self, transport: "Transport") -> None:
        """Answer checks for the connection."""

    def release(self, transport: "Transport") -> None:
        """Forget the connection and its addresses."""

    def adopt(self, key: AddressKey, transport: "Transport") -> None:
        """Give datagrams from this address to the connection."""

    def forget(self, key: AddressKey, transport: "Transport") -> None:
        """Take datagrams from this address for a stranger's again."""


class Owner(Protocol):
    """The publisher or subscriber whose connection this is."""

    def receive_rtp(self, buffer: Buffer, offset: int, pointer: object, length: int) -> None:
        """Take a decrypted RTP packet."""

    def receive_rtcp(self, data: bytes) -> None:
        """Take a decrypted compound."""

    def connected(self) -> None:
        """Media can flow."""

    def lost(self, reason: Reason) -> None:
        """The connection has failed."""


class Transport:
    """From the first authenticated check over the handshake to the end of consent."""

    __slots__ = (
        "addresses",
        "allowance",
        "checks_left",
        "closed",
        "control_left",
        "dtls",
        "fingerprint",
        "inbound",
        "last_heard",
        "outbound",
        "owner",
        "password",
        "port",
        "reached",
        "receive_rtcp",
        "receive_rtp",
        "remote_ufrag",
        "shaking",
        "srtp",
        "to",
        "ufrag",
    )

    def __init__(self, port: MediaPort, owner: Owner, now: int) -> None:
        """Begin at `now` (µs) with fresh credentials and a fresh certificate."""
        self.port = port
        self.owner = owner
        self.receive_rtp: Callable[[Buffer, int, object, int], None] = owner.receive_rtp
        self.receive_rtcp: Callable[[bytes], None] = owner.receive_rtcp
        self.ufrag, self.password = ice.new_ufrag(), ice.new_password()
        self.remote_ufrag = self.fingerprint = ""
        self.checks_left = ice.CHECKS_PER_SECOND
        self.allowance = BURST
        self.control_left = CONTROL_PER_SECOND
        self.addresses: dict[AddressKey, None] = {}
        self.to = SocketAddress()
        self.reached = self.shaking = self.closed = False
        self.last_heard = now
        self.inbound: Context = None
        self.outbound: Context = None
        self.srtp: SrtpPair | None = None
        self.dtls = DtlsEndpoint(self._send_dtls, self._ended)
        port.register(self)

    @property
    def connected(self) -> bool:
        """Whether packets can be protected and sent."""
        return self.outbound is not None

    def expect(self, ufrag: str, fingerprint: str) -> None:
        """Take the peer's user name fragment and certificate fingerprint of its description."""
        self.remote_ufrag, self.fingerprint = ufrag, fingerprint
        self._shake()

    def checked(self, key: AddressKey, raw: bytes, nominated: bool) -> None:
        """An authentic check came from `raw`: it is an address of the peer from now on."""
        self.last_heard = self.port.outgoing.now
        if key not in self.addresses:
            if len(self.addresses) >= MOST_ADDRESSES:
                oldest = next(iter(self.addresses))
                del self.addresses[oldest]
                self.port.forget(oldest, self)
            self.addresses[key] = None
            self.port.adopt(key, self)
        if nominated or not self.reached:
            self.to.set(raw)
        if not self.reached:
            self.reached = True
            self._shake()

    def heard_lately(self, now: int) -> bool:
        """Return whether an authentic check came so lately that nobody else has the address."""
        return now - self.last_heard < ALIVE_SECONDS * 1_000_000

    @property
    def heard_control(self) -> bool:
        """Whether RTCP came in this second."""
        return self.control_left < CONTROL_PER_SECOND

    def send_rtcp(self, data: bytes) -> None:
        """Queue a compound, if the connection is up."""
        if self.outbound is not None:
            self.port.outgoing.rtcp(data, self.outbound, self.to)

    def refill(self, seconds: float) -> None:
        """Let the allowances grow by what `seconds` permit."""
        self.allowance = min(BURST, self.allowance + int(PACKETS_PER_SECOND * seconds))

    def refill_second(self, now: int) -> None:
        """Start a new second of checks and control packets; end without consent."""
        self.checks_left = ice.CHECKS_PER_SECOND
        self.control_left = CONTROL_PER_SECOND
        if now - self.last_heard > ice.CONSENT_SECONDS * 1_000_000:
            self.fail("timeout")

    def fail(self, reason: Reason) -> None:
        """Tell the owner once that this connection is over."""
        if not self.closed:
            self.owner.lost(reason)

    def close(self) -> None:
        """Release addresses and credentials at once; the farewell follows by itself."""
        if self.closed:
            return
        self.port.outgoing.flush()
        self.closed = True
        self.inbound = self.outbound = None
        self.port.release(self)
        self.port.tasks.once("media farewell", self.dtls.close())

    def _shake(self) -> None:
        if self.reached and self.fingerprint and not self.shaking and not self.closed:
            self.shaking = True
            self.port.tasks.once("media handshake", self._handshake())

    async def _handshake(self) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                srtp = await self.dtls.handshake(self.fingerprint)
        except (HandshakeFailedError, TimeoutError):
            self.fail("failed")
            return
        if self.closed:
            return
        self.srtp = srtp
        self.inbound, self.outbound = srtp.inbound, srtp.outbound
        self.owner.connected()
        self.port.outgoing.flush()

    def _send_dtls(self, datagram: bytes) -> None:
        if self.reached:
            self.port.outgoing.plain(datagram, self.to)
            self.port.outgoing.flush()

    def _ended(self) -> None:
        self.fail("failed")
