"""The address a request came from, believing only proxies that the operator named."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache  # asked for with every request
def networks(listed: str) -> Sequence[Network]:
    """Read a list of networks, separated by commas. Raises ValueError for what is none."""
    return tuple(ipaddress.ip_network(part.strip()) for part in listed.split(",") if part.strip())


def client_address(peer: str | None, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the right-most address that no trusted proxy owns (ASVS 4.1.3).

    `forwarded` is the X-Forwarded-For header; it counts only when `peer` is trusted itself.
    """
    here = peer or "unknown"
    if not _is_trusted(here, trusted):
        return here
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        if not _is_trusted(hop, trusted):
            return hop if _is_address(hop) else here
    return here


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    try:
        return any(ipaddress.ip_address(address) in network for network in trusted)
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
