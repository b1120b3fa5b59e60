"""ICE-lite (RFC 8445 §2.5): answers authenticated checks and never sends one.

The client's candidates are not read; its address is where its authenticated checks come from.
"""

import secrets
import string
import struct
from dataclasses import dataclass
from typing import Protocol

from aioice import stun

from rounds.media.probe import PARSER_FAULTS, PREFIX, Probes
from rounds.media.sfu.counters import Counters

LETTERS = string.ascii_letters + string.digits
BINDING_REQUEST = 0x0001
USERNAME = 0x0006
HEAD = struct.Struct("!HHI")
MOST_ATTRIBUTES = 16
CHECKS_PER_SECOND = 50
"""Checks of one connection that are verified; browsers send a few dozen at most while joining."""
CONSENT_SECONDS = 30
"""Without an authenticated check for so long the connection is released (RFC 7675 §5.1)."""


class Checked(Protocol):
    """Whoever owns credentials: one connection of a seat."""

    ufrag: str
    password: str
    remote_ufrag: str
    checks_left: int


@dataclass(frozen=True, slots=True)
class Check:
    """An authenticated check: whose it is, what to answer, whether it nominates its path."""

    owner: Checked
    response: bytes
    nominated: bool


def new_ufrag() -> str:
    """Return a user name fragment of 47 bits; strangers have to guess it."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def new_password() -> str:
    """Return a password of 142 bits (RFC 8445 §5.3 asks for 128)."""
    return "".join(secrets.choice(LETTERS) for _ in range(24))


def username_of(data: bytes) -> str | None:
    """Return the user name of a binding request, at little cost; None for anything else."""
    if len(data) < 20:
        return None
    kind, length, cookie = HEAD.unpack_from(data)
    if kind != BINDING_REQUEST or cookie != stun.COOKIE or length + 20 != len(data):
        return None
    at = 20
    for _ in range(MOST_ATTRIBUTES):
        if at + 4 > len(data):
            return None
        name, size = data[at] << 8 | data[at + 1], data[at + 2] << 8 | data[at + 3]
        if name == USERNAME:
            return data[at + 4 : at + 4 + size].decode("ascii", "replace")
        at += 4 + size + (-size & 3)
    return None


class IceLite:
    """All credentials behind the one port."""

    def __init__(self, counters: Counters, probe_key: str = "") -> None:
        """Begin with none; take probes made with the key."""
        self._owners: dict[str, Checked] = {}
        self._probes = Probes(probe_key)
        self._counters = counters

    def register(self, owner: Checked) -> None:
        """Answer checks for this owner from now on."""
        self._owners[owner.ufrag] = owner

    def release(self, owner: Checked) -> None:
        """Answer no more."""
        self._owners.pop(owner.ufrag, None)

    def receive(self, data: bytes, source: tuple[str, int]) -> Check | None:
        """Return the check if it is authentic; count and drop everything else."""
        counters = self._counters
        counters.stun += 1
        username = username_of(data)
        if username is None:
            counters.stun_malformed += 1
            return None
        local, _, remote = username.partition(":")
        owner = self._owners.get(local)
        if owner is None and local.startswith(PREFIX):
            owner = self._probes.of(local)
        if owner is None or (owner.remote_ufrag and owner.remote_ufrag != remote):
            counters.stun_unknown += 1
            return None
        if owner.checks_left <= 0:
            counters.stun_over_rate += 1
            return None
        owner.checks_left -= 1
        try:
            request = stun.parse_message(data)
            key = owner.password.encode()
            if not request.check_message_integrity(key):
                counters.stun_forged += 1
                return None
        except PARSER_FAULTS:
            counters.stun_malformed += 1
            return None
        answer = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
        )
        answer.attributes["XOR-MAPPED-ADDRESS"] = source
        answer.add_message_integrity(key)
        return Check(owner, bytes(answer), "USE-CANDIDATE" in request.attributes)
