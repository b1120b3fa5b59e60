"""The hostile process: strangers and seats that send damaged datagrams at a bounded rate.

Run by the bench as `python -m tests.bench.attacker` with an Attack as JSON; it talks to an address
of this machine only and prints what it sent and what that cost the media process.
"""

import asyncio
import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from aioice import stun

from tests.bench import embedded_rooms, process
from tests.bench.mutations import Hand, rtcp_compounds
from tests.bench.peer import Peer
from tests.bench.seats import Seat

STRANGERS = 16  # source sockets that belong to nobody
SEATS = 8  # connected people who misbehave
HALF_OPEN = 8  # people whose handshake never begins
INVENTED = 256  # SSRCs nobody negotiated
BURST = 50  # datagrams between looks at the clock
UNKNOWN_KIND = bytes([100]) + bytes(99)  # a first byte of no protocol (RFC 7983): the yardstick

Make = Callable[[], bytes]
Shot = tuple[socket.socket, bytes]


@dataclass(frozen=True)
class Attack:
    """How much of what against which engine; `rate` is datagrams a second."""

    address: str
    host: str
    port: int
    pid: int
    datagrams: int
    rate: int
    seed: int


async def run(attack: Attack) -> dict[str, Any]:
    """Connect the hostile seats, fire every kind in turn; returns figures per kind."""
    async with embedded_rooms.signalling(attack.address, attack.host) as engine:
        seats, half_open = await _infiltrate(engine)
        hand = Hand(attack.seed)
        strangers = [_stranger(attack) for _ in range(STRANGERS)]
        kinds = _kinds(hand, strangers, seats, half_open)
        quiet = _idle_cost(attack.pid)
        share = attack.datagrams // len(kinds)
        figures = {}
        for name, shots in kinds.items():
            figures[name] = _fire(shots, share, attack, quiet)
            # Answers and events must not pile up in the host while we fire.
            await asyncio.sleep(0)
        replies = sum(_replies(sock) for sock in strangers)
        return {"kinds": figures, "replies_to_strangers": replies}


async def _infiltrate(engine: embedded_rooms.EmbeddedSignalling) -> tuple[list[Seat], list[Peer]]:
    seats = await engine.open_room(9000, SEATS)
    half_open = []
    await engine.open_audience("half", [f"half-{i}" for i in range(HALF_OPEN)])
    for number in range(HALF_OPEN):
        name = f"half-{number}"
        generation = await engine.call("join", "half", name)
        peer = Peer(engine.host, engine.identity)
        peer.accept(await engine.call("publish", "half", name, generation, peer.offer()))
        peer.check()
        half_open.append(peer)
    return seats, half_open


def _stranger(attack: Attack) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((attack.host, attack.port))
    sock.setblocking(False)
    return sock


def _kinds(
    hand: Hand, strangers: list[socket.socket], seats: list[Seat], half_open: list[Peer]
) -> dict[str, Iterator[Shot]]:
    """Return an endless supply of each kind of datagram; the first is the yardstick."""

    def from_strangers(make: Make) -> Iterator[Shot]:
        return ((sock, make()) for sock in cycle(strangers))

    def from_peers(peers: list[Peer], make: Make) -> Iterator[Shot]:
        return ((peer.socket, make()) for peer in cycle(peers))

    up, down = [seat.publisher for seat in seats], [seat.subscriber for seat in seats]
    media = [*hand.rtp, *hand.rtcp]
    return {
        "dropped at once": from_strangers(lambda: UNKNOWN_KIND),
        "noise": from_strangers(hand.noise),
        "STUN": from_strangers(lambda: hand.damage(hand.stun)),
        "DTLS": from_strangers(lambda: hand.damage(hand.dtls)),
        "RTP and RTCP": from_strangers(lambda: hand.damage(media)),
        "signed STUN of a seat": _signed(hand, up),
        "media of a seat, not encrypted": from_peers(up, lambda: hand.damage(media)),
        "RTP of a seat, encrypted": _encrypted_rtp(hand, up),
        "RTCP of a seat, encrypted": _encrypted_rtcp(hand, [*up, *down]),
        "DTLS of a half-open seat": from_peers(half_open, lambda: hand.damage(hand.dtls)),
        "DTLS of a seat": from_peers(down, lambda: hand.damage(hand.dtls)),
    }


def _signed(hand: Hand, peers: list[Peer]) -> Iterator[Shot]:
    """Damage the attributes of checks, then sign them as the seat's owner can."""
    for peer in cycle(peers):
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, hand.random.randbytes(12))
        message.attributes["USERNAME"] = f"{peer.remote.user}:{peer.local.user}"
        message.attributes["SOFTWARE"] = "x" * hand.random.randrange(40)
        damaged = bytearray(bytes(message))
        place = hand.random.randrange(20, len(damaged))
        damaged[place] ^= 1 << hand.random.randrange(8)
        signed = stun.message_integrity(bytes(damaged), peer.remote.password.encode())
        damaged += b"\x00\x08\x00\x14" + signed
        yield peer.socket, stun.set_body_length(bytes(damaged), len(damaged) - 20)


def _encrypted_rtp(hand: Hand, peers: list[Peer]) -> Iterator[Shot]:
    """Damage clear packets, then protect them with the seat's own key: they pass decryption."""
    invented = [hand.random.randrange(1 << 31) for _ in range(INVENTED)]
    for number, peer in enumerate(cycle(peers)):
        assert peer.dtls is not None
        clear = bytearray(hand.damage(hand.rtp)).ljust(12, b"\0")
        clear[2:4] = (number & 0xFFFF).to_bytes(2, "big")
        known = (peer.audio, peer.video, peer.rtx, hand.random.choice(invented))
        clear[8:12] = hand.random.choice(known).to_bytes(4, "big")
        yield peer.socket, peer.dtls.outgoing.protect(bytes(_acceptable(clear)))


def _acceptable(clear: bytearray) -> bytearray:
    """Keep just so much of the header sound that libsrtp will encrypt the packet."""
    extended = clear[0] & 0x10 and len(clear) >= 16
    clear[0] = 0x80 | (0x10 if extended else 0) | clear[0] & 0x20
    if extended:
        words = min(int.from_bytes(clear[14:16], "big"), (len(clear) - 16) // 4)
        clear[14:16] = words.to_bytes(2, "big")
    return clear


def _encrypted_rtcp(hand: Hand, peers: list[Peer]) -> Iterator[Shot]:
    """The same for control packets, about streams the seat really receives."""
    samples = {
        peer: [
            compound
            for section in peer.remote.sections
            for ssrc in section.ssrcs or [peer.video]
            for compound in rtcp_compounds(ssrc)
        ]
        for peer in peers
    }
    for peer in cycle(peers):
        assert peer.dtls is not None
        clear = bytearray(hand.damage(samples[peer])).ljust(8, b"\0")
        clear[0] = 0x80 | clear[0] & 0x3F
        clear[4:8] = peer.video.to_bytes(4, "big")
        yield peer.socket, peer.dtls.outgoing.protect_rtcp(bytes(clear[: len(clear) & ~3]))


def _idle_cost(pid: int) -> float:
    """Return what the media process uses without us, in s per s."""
    began, used = time.perf_counter(), process.processor_seconds(pid)
    time.sleep(1.5)
    return (process.processor_seconds(pid) - used) / (time.perf_counter() - began)


def _fire(shots: Iterator[Shot], wanted: int, attack: Attack, quiet: float) -> dict[str, float]:
    """Send `wanted` datagrams at the rate; returns the cost of one, in µs of the media process."""
    lost = process.datagrams_lost(attack.port)
    used, began = process.processor_seconds(attack.pid), time.perf_counter()
    sent = refused = 0
    while sent < wanted:
        ahead = sent / attack.rate - (time.perf_counter() - began)
        if ahead > 0:
            time.sleep(ahead)
        for _ in range(min(BURST, wanted - sent)):
            sock, datagram = next(shots)
            try:
                sock.send(datagram)
            except (BlockingIOError, ConnectionRefusedError):
                refused += 1
            sent += 1
    took = time.perf_counter() - began
    cost = process.processor_seconds(attack.pid) - used - quiet * took
    return {
        "sent": sent - refused,
        "lost_in_kernel": process.datagrams_lost(attack.port) - lost,
        "per_second": round(sent / took),
        "us_each": round(cost / sent * 1e6, 2),
    }


def _replies(sock: socket.socket) -> int:
    replies = 0
    while True:
        try:
            sock.recv(2048)
        except (BlockingIOError, ConnectionRefusedError):
            return replies
        replies += 1


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(Attack(**json.loads(sys.argv[1]))))), flush=True)
