"""The tests reach this machine and nothing else: any other address fails the test that tries."""

import ipaddress
import socket
import sys
from typing import Any

import ifaddr

NAMES = {"localhost", "", None}
INSIDE: set[str] = set()
"""Addresses in networks that a test has made for itself, while it has them."""


def own_addresses() -> frozenset[str]:
    """The addresses of this machine's interfaces, which are this machine as much as loopback."""
    return frozenset(
        address.ip if isinstance(address.ip, str) else address.ip[0]
        for adapter in ifaddr.get_adapters()
        for address in adapter.ips
    )


def keep_to_this_machine() -> None:
    """Install the guard; it stays for the life of the interpreter."""
    own = own_addresses()

    def is_here(host: object) -> bool:
        if isinstance(host, bytes):
            host = host.decode()
        if host in NAMES or not isinstance(host, str):
            return True
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return host.endswith(".localhost") or host == socket.gethostname()
        return address.is_loopback or address.is_unspecified or host in own | INSIDE

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            address = arguments[1]
            if isinstance(address, tuple) and not is_here(address[0]):
                raise ConnectionRefusedError(f"a test reached for {address[0]}")
        elif event == "socket.getaddrinfo" and not is_here(arguments[0]):
            raise ConnectionRefusedError(f"a test looked up {arguments[0]}")

    sys.addaudithook(audit)
