"""A check of the media port from outside: proves that UDP gets there and back, and opens nothing.

Whoever holds the key makes a name with an expiry and its password; the port answers an ICE check
(RFC 8445 section 2.5) under that name with the address it came from, and forgets it.
"""

import base64
import hmac
import struct
import time
from dataclasses import dataclass

from aioice import stun

from rounds.kernel.signing import Signer

PREFIX = "probe/"
"""Fragments of people are letters and digits alone, so no name of theirs can begin like this."""
LONGEST_SECONDS = 3600
"""No name is taken whose expiry lies further ahead."""
PROBES_PER_SECOND = 20

# Everything aioice's parser was seen to raise on damaged messages.
PARSER_FAULTS = (ValueError, struct.error, IndexError, KeyError, TypeError, OverflowError)


@dataclass(slots=True)
class Probe:
    """Credentials of one check; the media port treats it as a connection without a seat."""

    ufrag: str
    password: str
    remote_ufrag: str = ""
    checks_left: int = 1


def probe_key(signer: Signer) -> str:
    """Return the key that the server and its media process share."""
    return signer.index("media probe", "key")


def new_probe(key: str, expires: float) -> Probe:
    """Return credentials good until `expires` (seconds since 1970)."""
    ufrag = f"{PREFIX}{int(expires)}"
    return Probe(ufrag, _password(key, ufrag))


def probe_request(ufrag: str, password: str) -> stun.Message:
    """Return a check under these credentials."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = f"{ufrag}:doctor"
    request.attributes["PRIORITY"] = 1
    request.attributes["ICE-CONTROLLING"] = 1
    request.add_message_integrity(password.encode())
    return request


def answers(datagram: bytes, request: stun.Message, password: str) -> bool:
    """Say whether a datagram is the media port's own answer to the request."""
    try:
        answer = stun.parse_message(datagram)
        return bool(
            answer.transaction_id == request.transaction_id
            and answer.message_class == stun.Class.RESPONSE
            and answer.check_message_integrity(password.encode())
        )
    except PARSER_FAULTS:
        return False


class Probes:
    """The media port's side: takes names that are in date, a few a second."""

    def __init__(self, key: str) -> None:
        """Take names made with `key`; with an empty one, none."""
        self._key = key
        self._second = 0
        self._left = 0

    def of(self, ufrag: str) -> Probe | None:
        """Return the credentials of a name in date, None for any other and when asked too often."""
        expiry = ufrag.removeprefix(PREFIX)
        if not self._key or len(expiry) > 12 or not (expiry.isascii() and expiry.isdigit()):
            return None
        now = time.time()
        if not now < int(expiry) <= now + LONGEST_SECONDS:
            return None
        if int(now) != self._second:
            self._second, self._left = int(now), PROBES_PER_SECOND
        self._left -= 1
        return Probe(ufrag, _password(self._key, ufrag)) if self._left >= 0 else None


def _password(key: str, ufrag: str) -> str:
    digest = hmac.digest(key.encode(), ufrag.encode(), "sha256")
    return base64.b64encode(digest).decode()[:32]
