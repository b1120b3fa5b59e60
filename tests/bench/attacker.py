"""The hostile process: strangers and seats that send damaged datagrams at a bounded rate.

Run by the bench as `python -m tests.bench.attacker` with an Attack as JSON; it talks to an address
of this machine only and prints what it sent and what that cost the media process.
"""

import asyncio
import json
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rounds.bench import embedded_rooms, process
from rounds.bench.peer import Peer
from tests.bench.mutations import Hand
from tests.bench.shots import Shot, kinds

STRANGERS = 16  # source sockets that belong to nobody
SEATS = 8  # people in a room who misbehave
HALF_OPEN_ROOMS = 4  # of such rooms, where nobody's handshake begins
BURST = 50  # datagrams between looks at the clock
KINDS = 11


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
    quiet = _idle_cost(attack.pid)
    async with embedded_rooms.signalling(attack.address, attack.host) as engine:
        seats = await engine.open_room(9000, SEATS)
        half_open = [p for room in range(HALF_OPEN_ROOMS) for p in await _begin(engine, room)]
        strangers = [_stranger(attack) for _ in range(STRANGERS)]
        share = -(-attack.datagrams // KINDS)
        # Each half-open seat takes its whole part at once: the first may end its handshake.
        turns = (half_open[i * len(half_open) // share] for i in range(share))
        supplies = kinds(Hand(attack.seed), strangers, turns, seats)
        assert len(supplies) == KINDS
        figures = {}
        for name, shots in supplies.items():
            figures[name] = _fire(shots, share, attack, quiet)
            # Answers and events must not pile up in the host while we fire.
            await asyncio.sleep(0)
        replies = sum(_replies(sock) for sock in strangers)
        return {"kinds": figures, "replies_to_strangers": replies}


async def _begin(engine: embedded_rooms.EmbeddedSignalling, room: int) -> list[Peer]:
    """Take seats whose address gets validated and whose handshake does not begin."""
    begun = []
    for number in range(SEATS):
        where = (f"half-{room}", f"half-{room}-{number}")
        engine.offers[where] = asyncio.Queue()
        generation = await engine.call("join", *where)
        peer = Peer(engine.host, engine.identity)
        peer.accept(await engine.call("publish", *where, generation, peer.offer()))
        peer.check()
        begun.append(peer)
    return begun


def _stranger(attack: Attack) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((attack.host, attack.port))
    sock.setblocking(False)
    return sock


def _idle_cost(pid: int) -> float:
    """Return what the media process uses for the running call alone, in s per s."""
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
