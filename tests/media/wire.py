"""One client connection for the tests: a UDP socket, ICE checks, DTLS, SRTP; it keeps what came."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Callable
from typing import TypeVar

from aioice import stun

from rounds.bench import description
from rounds.bench.handshake import PROFILES, Handshake, Identity
from rounds.media.sfu import rtcp

PATIENCE = 8.0
"""Seconds any state may take on a busy machine; reaching it fails the test."""

T = TypeVar("T")


async def eventually(state: Callable[[], T], patience: float = PATIENCE) -> T:
    """Wait until `state` is true and return it; AssertionError when patience ends."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while not (found := state()):
        assert loop.time() < deadline, "the awaited state did not come"
        await asyncio.sleep(0.005)
    return found


class Wire:
    """A peer connection of a browser, reduced to its packets."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        """Bind a socket of its own on `host`."""
        self.identity = Identity()
        self.local = description.Local(
            secrets.token_hex(4), secrets.token_hex(12), self.identity.fingerprint
        )
        self.remote = description.Description()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        # A test that has no time to read for a moment must not look like a network that loses.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.bind((host, 0))
        self.socket.setblocking(False)
        self.nominated = False
        self.dtls: Handshake | None = None
        self.target: tuple[str, int] = ("", 0)
        self.rtp: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.raw: list[bytes] = []
        """Media datagrams as they came, still encrypted."""
        self.lose: Callable[[bytes], bool] = lambda _packet: False
        """Says of an encrypted packet that arrives whether the network lost it."""
        self.on_rtcp: Callable[[bytes], None] = lambda _compound: None
        asyncio.get_running_loop().add_reader(self.socket.fileno(), self._drain)

    def accept(self, sdp: str) -> None:
        """Read the engine's description; the first candidate of our family is the target."""
        self.remote = description.read(sdp)
        mine = self.socket.family == socket.AF_INET6
        self.target = next(at for at in self.remote.candidates if (":" in at[0]) == mine)

    async def connect(self, fingerprint: str = "") -> None:
        """Complete ICE and DTLS; AssertionError when that takes too long."""
        await self.reach()
        await self.shake(fingerprint)

    async def reach(self) -> None:
        """Complete ICE."""
        await self._until(lambda: self.nominated, self.check)

    async def shake(self, fingerprint: str = "") -> None:
        """Complete DTLS with whoever has that fingerprint (the described one)."""
        expected = fingerprint or self.remote.fingerprint
        dtls = self.dtls = Handshake(self.identity, False, expected, self.send, PROFILES[:2])
        dtls.start()
        await self._until(lambda: dtls.done or dtls.failed, dtls.tick)
        assert dtls.done, dtls.failed

    async def _until(self, state: Callable[[], object], step: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while not state():
            assert loop.time() < deadline, "no connection"
            step()
            with contextlib.suppress(AssertionError):
                await eventually(state, 0.05)

    def check(self, password: str = "") -> None:
        """Send a check that nominates."""
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self.remote.user}:{self.local.user}"
        request.attributes["PRIORITY"] = 1_845_501_695
        request.attributes["ICE-CONTROLLING"] = 0x5A5A
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity((password or self.remote.password).encode())
        self.send(bytes(request))

    def send(self, datagram: bytes) -> None:
        """Send one datagram to the engine."""
        self.socket.sendto(datagram, self.target)

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send."""
        assert self.dtls is not None
        self.send(self.dtls.outgoing.protect(packet))

    def send_rtcp(self, compound: bytes) -> None:
        """Encrypt and send."""
        assert self.dtls is not None
        self.send(self.dtls.outgoing.protect_rtcp(compound))

    def feedback(self) -> list[tuple[int, int, bytes]]:
        """Everything in the compounds that came, as (type, format, body)."""
        return [each for compound in self.rtcp for each in rtcp.packets(compound)]

    def close(self) -> None:
        """Give the socket back."""
        asyncio.get_running_loop().remove_reader(self.socket.fileno())
        self.socket.close()

    def _drain(self) -> None:
        while True:
            try:
                datagram = self.socket.recv(4096)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if datagram[0] < 4:
                self._take_stun(datagram)
            elif datagram[0] < 64:
                if self.dtls is not None:
                    self.dtls.feed(datagram)
            else:
                self._take_media(datagram)

    def _take_stun(self, datagram: bytes) -> None:
        message = stun.parse_message(datagram)
        key = self.remote.password.encode()
        if message.message_class == stun.Class.RESPONSE and message.check_message_integrity(key):
            self.nominated = True

    def _take_media(self, datagram: bytes) -> None:
        self.raw.append(datagram)
        if self.lose(datagram) or self.dtls is None or not self.dtls.done:
            return
        if 192 <= datagram[1] <= 223:
            compound = self.dtls.incoming.unprotect_rtcp(datagram)
            self.rtcp.append(compound)
            self.on_rtcp(compound)
        else:
            self.rtp.append(self.dtls.incoming.unprotect(datagram))
