"""A bad line between two networks: whole IP packets through the ways that the relay has.

So TCP goes through it, too, and everybody keeps the address they have. It needs what networks of
the tests' own need, and a system that gives out TUN devices (Linux, Documentation/networking/
tuntap.rst).
"""

import asyncio
import fcntl
import os
import struct
from pathlib import Path
from typing import Self

from tests.media.impairment.carrying import carry
from tests.media.impairment.way import CLEAR, HEADERS, Conditions, Way
from tests.network import INSIDE
from tests.spaces import Space

DEVICE = Path("/dev/net/tun")
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
NAME = "bad"
SERVER, PEOPLE = "198.18.0.1", "198.18.0.2"
"""The two ends, of the block for tests of networks (RFC 2544): they lead nowhere else."""
LARGEST = 2048
BATCH = 64
"""Packets read from one end before the other has its turn."""


def missing() -> str:
    """Return what this machine lacks for such a line; nothing when it has all."""
    if os.geteuid():
        return "a line by TUN is laid by root alone"
    if not os.access(DEVICE, os.R_OK | os.W_OK):
        return f"{DEVICE} is missing: load the module tun, or give the container the device"
    return ""


class BadLine:
    """Use as `async with BadLine(...)`: it joins the server's network and the people's."""

    def __init__(
        self,
        server: Space,
        people: Space,
        seed: int = 1,
        up: Conditions = CLEAR,
        down: Conditions = CLEAR,
    ) -> None:
        """Lay the line from the people `up` to the server, and `down` from there."""
        self.up, self.down = Way(f"{seed}/0/up", up), Way(f"{seed}/0/down", down)
        self._spaces = server, people
        self._ends: tuple[int, ...] = ()

    async def __aenter__(self) -> Self:
        """Carry from now on."""
        server, people = self._spaces
        inner, outer = self._ends = _end(server, SERVER, PEOPLE), _end(people, PEOPLE, SERVER)
        INSIDE.update((SERVER, PEOPLE))
        loop = asyncio.get_running_loop()
        loop.add_reader(outer, self._pass, self.up, outer, inner)
        loop.add_reader(inner, self._pass, self.down, inner, outer)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take the line away; its devices go with their last user."""
        INSIDE.difference_update((SERVER, PEOPLE))
        for end in self._ends:
            asyncio.get_running_loop().remove_reader(end)
            os.close(end)
        # What is still on the way must not be written to another file of the same number.
        self._ends = ()

    def change(self, up: Conditions | None = None, down: Conditions | None = None) -> None:
        """Set the conditions of a direction from now on."""
        self.up.conditions = up or self.up.conditions
        self.down.conditions = down or self.down.conditions

    def _pass(self, way: Way, come: int, go: int) -> None:
        for _ in range(BATCH):
            try:
                packet = os.read(come, LARGEST)
            except BlockingIOError:
                return
            # A way counts IP and UDP headers by itself.
            carry(way, packet, len(packet) - HEADERS, lambda sent: self._write(go, sent))

    def _write(self, end: int, packet: bytes) -> None:
        if end in self._ends:
            os.write(end, packet)


def _end(space: Space, own: str, other: str) -> int:
    """Make one end inside a network; return its file."""
    with space.entered():
        end = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", NAME.encode(), IFF_TUN | IFF_NO_PI))
    # Without an IPv6 address of its own the system sends nothing that nobody asked for.
    space.run("ip", "link", "set", NAME, "addrgenmode", "none")
    space.run("ip", "addr", "add", own, "peer", other, "dev", NAME)
    space.run("ip", "link", "set", NAME, "up")
    return end
