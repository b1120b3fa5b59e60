"""The TURN relay of networks that let no UDP through: its addresses, and who may use it when.

Credentials are those of coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00, section 2.2):
the name is `EXPIRY:HOLDER`, the password the base64 of HMAC-SHA1 over the name under a secret that
only we and the relay know. The relay keeps no accounts.
"""

import base64
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

LASTS_SECONDS = 300
"""How long credentials open an allocation."""
SHORTEST_SECRET = 32
"""Characters of the secret shared with the relay."""
MOST_URLS = 8
URL = re.compile(
    r"(?P<scheme>turns?):(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?:\?transport=(?P<transport>udp|tcp))?"
)
PORTS = {"turn": 3478, "turns": 5349}


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """One address of the relay (RFC 7065 section 3.1)."""

    url: str
    host: str
    port: int
    transport: Literal["udp", "tcp", "tls"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name and a password that the relay takes until the time in the name."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Relay:
    """All addresses of the relay and the secret we share with it."""

    addresses: tuple[RelayAddress, ...]
    secret: str = field(repr=False)

    def credentials(self, holder: str, now: datetime, seconds: int = LASTS_SECONDS) -> Credentials:
        """Return what lets `holder` allocate for so long from `now`; the relay logs the holder."""
        username = f"{int(now.timestamp()) + seconds}:{holder}"
        digest = hmac.digest(self.secret.encode(), username.encode(), "sha1")
        return Credentials(username, base64.b64encode(digest).decode())

    def ice_servers(self, holder: str, now: datetime) -> list[dict[str, Any]]:
        """Return RTCIceServer dictionaries for a browser (W3C WebRTC section 4.2.4)."""
        given = self.credentials(holder, now)
        urls = [address.url for address in self.addresses]
        return [{"urls": urls, "username": given.username, "credential": given.password}]


def read_addresses(text: str) -> tuple[RelayAddress, ...]:
    """Return the addresses of a list by commas. Raises ValueError naming the one that is none."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if len(words) > MOST_URLS:
        raise ValueError(f"more than {MOST_URLS} addresses")
    return tuple(_read(word) for word in words)


def _read(word: str) -> RelayAddress:
    found = URL.fullmatch(word)
    if found is None:
        raise ValueError(f"{word} is not like turn:HOST:3478?transport=udp")
    scheme, transport = found["scheme"], found["transport"] or "udp"
    port = int(found["port"] or PORTS[scheme])
    if not 0 < port < 65536:
        raise ValueError(f"{word} has no possible port")
    host = found["host"].strip("[]")
    if scheme == "turn":
        return RelayAddress(word, host, port, "tcp" if transport == "tcp" else "udp")
    if found["transport"] == "udp":
        # Browsers do not speak TURN over DTLS to it, and deploy/coturn does not offer it.
        raise ValueError(f"{word} wants DTLS; turns goes with transport=tcp")
    return RelayAddress(word, host, port, "tls")
