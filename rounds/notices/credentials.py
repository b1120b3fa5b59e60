"""Reads the secrets that an operator keeps in files, and knows which hosts are this machine."""

import ipaddress

from rounds.kernel.secret_files import read_secret as read_secret


def is_local(host: str) -> bool:
    """Say whether a host is this machine, by its name or address alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
