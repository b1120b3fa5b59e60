"""What is to be tried: the server's addresses and credentials for it that soon run out.

Whoever holds the server's secret makes a plan; as a code it is carried to another network.
"""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rounds.kernel.addresses import local_addresses
from rounds.kernel.config import Settings
from rounds.kernel.errors import Invalid
from rounds.media.probe import LONGEST_SECONDS, new_probe
from rounds.media.relay import Relay, RelayAddress

LASTS_SECONDS = LONGEST_SECONDS - 60
"""A minute less than the port takes, for clocks that differ."""
LONGEST_CODE = 8192
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to go, and as whom: `probe_*` at the media port, `relay_*` at the relay."""

    origin: str
    media: tuple[str, ...]
    """Addresses that browsers are told for media."""
    ports: tuple[int, ...]
    """UDP ports of media; every one must answer."""
    tcp_ports: tuple[int, ...]
    """TCP ports of media, where there are any."""
    probe_name: str
    probe_password: str
    relays: tuple[RelayAddress, ...]
    relay_name: str
    relay_password: str

    def code(self) -> str:
        """Return the plan as one word."""
        said = json.dumps(asdict(self), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(said).decode().rstrip("=")


def make_plan(settings: Settings, key: str, relay: Relay | None, now: datetime) -> Plan:
    """Return the plan for this server, with credentials for an hour.

    `key` is the one of the media port's probes.
    """
    probe = new_probe(key, now.timestamp() + LASTS_SECONDS)
    given = relay.credentials("doctor", now, LASTS_SECONDS) if relay else None
    return Plan(
        origin=settings.origin,
        media=_told(settings),
        ports=tuple(settings.media_udp_ports),
        tcp_ports=settings.media_tcp_ports,
        probe_name=probe.ufrag,
        probe_password=probe.password,
        relays=relay.addresses if relay else (),
        relay_name=given.username if given else "",
        relay_password=given.password if given else "",
    )


def read_plan(code: str) -> Plan:
    """Return the plan of a code. Raises Invalid."""
    try:
        if len(code) > LONGEST_CODE:
            raise ValueError("too long")
        fields: dict[str, Any] = json.loads(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
        fields["media"] = tuple(map(str, fields["media"]))
        for name in ("ports", "tcp_ports"):
            fields[name] = tuple(map(int, fields[name]))
        fields["relays"] = tuple(RelayAddress(**one) for one in fields["relays"])
        return Plan(**fields)
    except (ValueError, TypeError, KeyError, binascii.Error):
        raise Invalid(
            "This is no code of 'rounds doctor --network --print-code', or a part of one."
        ) from None


def _told(settings: Settings) -> tuple[str, ...]:
    """Return what browsers are told, as the media process finds it."""
    bound = settings.media_host
    local = (bound,) if bound not in ("", "::", "0.0.0.0") else None  # noqa: S104 - compared only
    found = local or local_addresses(settings.listens_on_loopback)
    told: dict[str, None] = {}
    for word in settings.told_addresses or (LOCAL,):
        told |= dict.fromkeys(found if word == LOCAL else (word,))
    return tuple(told)
