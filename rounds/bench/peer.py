"""One client connection of the bench: a socket, ICE checks as a browser sends them, DTLS."""

import asyncio
import contextlib
import secrets
import socket
import time

from aioice import stun

from rounds.bench import description
from rounds.bench.handshake import PROFILES, Handshake, Identity

PRIORITY = 1_845_501_695  # a peer-reflexive host candidate (RFC 8445 section 5.1.2)
CHECK_EVERY = 0.05  # seconds between connectivity checks
CONNECT_WITHIN = 15.0  # seconds
RECEIVE_BUFFER = 1 << 20


class ConnectError(Exception):
    """The target did not complete ICE and DTLS in time."""


class Peer:
    """A publisher (it offers) or a subscriber (it answers)."""

    def __init__(self, host: str, identity: Identity) -> None:
        """Bind a socket of its own on `host`."""
        self.identity = identity
        self.local = description.Local(
            secrets.token_hex(4), secrets.token_hex(12), identity.fingerprint
        )
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self.socket.bind((host, 0))
        self.socket.setblocking(False)
        self.remote = description.Description()
        self.audio, self.video, self.rtx = (secrets.randbits(31) | 1 for _ in range(3))
        self.nominated = False
        self._requests: set[bytes] = set()
        self._changed = asyncio.Event()
        self.dtls: Handshake | None = None
        self.early: list[bytes] = []

    def offer(self) -> str:
        """Offer to send audio and video."""
        return description.offer(self.local, self.audio, self.video, self.rtx)

    def answer(self, offer: str) -> str:
        """Answer the target's offer, the first or a later one on the same transport."""
        self.accept(offer)
        return description.answer(self.remote, self.local)

    def accept(self, sdp: str) -> None:
        """Read the target's description; the socket then talks to its first IPv4 candidate."""
        first = not self.remote.user
        self.remote = description.read(sdp)
        if first:
            mine = self.socket.getsockname()[0]
            reachable = [c for c in self.remote.candidates if "." in c[0]]
            same = [c for c in reachable if c[0] == mine]
            self.socket.connect((same or reachable)[0])

    def check(self) -> None:
        """Send a connectivity check that nominates (RFC 8445: the other side is lite)."""
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self.remote.user}:{self.local.user}"
        request.attributes["PRIORITY"] = PRIORITY
        request.attributes["ICE-CONTROLLING"] = 0x5A5A
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(self.remote.password.encode())
        self._requests.add(request.transaction_id)
        self.send(bytes(request))

    def send(self, datagram: bytes) -> None:
        """Send one datagram; a full buffer or a target that is gone loses it, as a network does."""
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            self.socket.send(datagram)

    def take(self, datagram: bytes) -> None:
        """Handle a STUN or DTLS datagram (RFC 7983 tells them apart); keep early media."""
        if datagram[0] < 4:
            self._take_stun(datagram)
        elif 19 < datagram[0] < 64 and self.dtls is not None:
            self.dtls.feed(datagram)
            self._changed.set()
        elif 127 < datagram[0] < 192:
            # Right behind the last flight of the handshake: what comes first is the key frame.
            self.early.append(datagram)

    def _take_stun(self, datagram: bytes) -> None:
        message = stun.parse_message(datagram)
        if message.message_class == stun.Class.RESPONSE:
            known = message.transaction_id in self._requests
            if known and message.check_message_integrity(self.remote.password.encode()):
                self._requests.clear()
                self.nominated = True
                self._changed.set()
            return
        key = self.local.password.encode()
        if message.message_class == stun.Class.REQUEST and message.check_message_integrity(key):
            reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, message.transaction_id)
            reply.attributes["XOR-MAPPED-ADDRESS"] = self.socket.getpeername()
            reply.add_message_integrity(key)
            self.send(bytes(reply))

    def drain(self) -> None:
        """Handle everything that has arrived on the socket."""
        while True:
            try:
                datagram = self.socket.recv(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if datagram:
                self.take(datagram)

    async def connect(self) -> Handshake:
        """Complete ICE and DTLS; ConnectError after 15 s."""
        server = self.remote.setup == "active"
        self.dtls = dtls = Handshake(
            self.identity, server, self.remote.fingerprint, self.send, PROFILES
        )
        loop = asyncio.get_running_loop()
        loop.add_reader(self.socket.fileno(), self.drain)
        started = False
        deadline = time.monotonic() + CONNECT_WITHIN
        try:
            while not dtls.done:
                if dtls.failed or time.monotonic() > deadline:
                    raise ConnectError(dtls.failed or f"no answer (ICE: {self.nominated})")
                if not self.nominated:
                    self.check()
                elif not started and not server:
                    started = True
                    dtls.start()
                else:
                    dtls.tick()
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), CHECK_EVERY)
        finally:
            loop.remove_reader(self.socket.fileno())
        return dtls

    def close(self) -> None:
        """Give the socket back."""
        self.socket.close()
