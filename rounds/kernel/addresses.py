"""The addresses this machine has in its networks, and which hosts are this machine."""

import ipaddress
from functools import lru_cache

import ifaddr


def local_addresses(with_loopback: bool = False) -> tuple[str, ...]:
    """Return the addresses a browser may reach us by, IPv4 first.

    Loopback is told only when asked for or when there is nothing else; link-local never, for a
    browser on another link cannot use it.
    """
    found: list[str] = []
    loopback: list[str] = []
    for adapter in ifaddr.get_adapters():
        for entry in adapter.ips:
            text = entry.ip if isinstance(entry.ip, str) else entry.ip[0]
            address = ipaddress.ip_address(text)
            if address.is_loopback:
                loopback.append(text)
            elif not address.is_link_local:
                found.append(text)
    if with_loopback or not found:
        found += loopback
    return tuple(sorted(dict.fromkeys(found), key=lambda text: ":" in text))


@lru_cache  # asked for with every request
def is_local(host: str) -> bool:
    """Say whether a host is this machine, by its name or address alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
