"""The addresses this machine has in its networks."""

import ipaddress

import ifaddr


def local_addresses() -> tuple[str, ...]:
    """Return the addresses others may reach us by: IPv4 first, no loopback, no link-local."""
    found: list[str] = []
    for adapter in ifaddr.get_adapters():
        for each in adapter.ips:
            text = each.ip if isinstance(each.ip, str) else each.ip[0]
            address = ipaddress.ip_address(text)
            if not (address.is_loopback or address.is_link_local or address.is_multicast):
                found.append(text)
    return tuple(sorted(dict.fromkeys(found), key=lambda text: ":" in text))
