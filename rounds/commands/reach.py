"""Looks at how media is reached: the addresses told to browsers, and the relay."""

import ipaddress
from collections.abc import Iterator

from rounds.commands.secret_files import look_at_secret_file, look_for_double_use
from rounds.kernel.addresses import is_local, local_addresses
from rounds.kernel.config import Settings
from rounds.kernel.finding import Finding
from rounds.media.relay import SHORTEST_SECRET, RelayAddress, read_addresses
from rounds.notices.credentials import read_secret

LOCAL = "local"


def look_at_reach(settings: Settings) -> Iterator[Finding]:
    """Yield what keeps media from reaching people, or could."""
    if settings.media_tcp_port == settings.port:
        yield Finding(
            True,
            f"Pages and media both want TCP port {settings.port}.",
            "Choose another number with ROUNDS_MEDIA_TCP_PORT, or leave it empty.",
        )
    impossible = [one for word in settings.told_addresses for one in _address(word, settings)]
    yield from impossible
    if not impossible:
        yield from _outside(settings)
    yield from _relay(settings)


def _address(word: str, settings: Settings) -> Iterator[Finding]:
    if word == LOCAL:
        return
    try:
        address = ipaddress.ip_address(word)
    except ValueError:
        yield _no_address(word)
        return
    of_4 = address.version == 4 or address.ipv4_mapped is not None
    if address.is_unspecified or address.is_multicast or word == "255.255.255.255":
        yield _told(word, "is no address of one machine", "Write the address of this server.")
    elif address.is_link_local:
        yield _told(word, "counts on one cable only", "Write a global or a site's address.")
    elif address.version == 6 and address.ipv4_mapped is not None:
        yield _told(word, "is IPv4 in disguise", f"Write {address.ipv4_mapped}")
    elif address.is_loopback and not settings.listens_on_loopback:
        yield _told(word, "reaches nobody but this machine", "Take it out.")
    elif not _bound(settings.media_host, of_4):
        family = "IPv4" if of_4 else "IPv6"
        yield _told(
            word,
            f"is {family}, which ROUNDS_MEDIA_HOST={settings.media_host} does not take",
            "Leave ROUNDS_MEDIA_HOST empty, or take the address out.",
        )


def _no_address(word: str) -> Finding:
    host, _, port = word.rpartition(":")
    if port.isdigit() and host:
        return _told(
            word,
            "has a port",
            f"Write {host.strip('[]')} alone, forward the port under its own number, and choose "
            "the number with ROUNDS_MEDIA_PORT.",
        )
    return _told(
        word,
        "is no IP address; browsers do not look names up for media",
        f"Write the addresses it stands for, as 'getent ahosts {word}' tells them.",
    )


def _told(word: str, what: str, fix: str) -> Finding:
    return Finding(True, f"ROUNDS_MEDIA_ADDRESSES: {word} {what}.", fix)


def _bound(host: str, of_4: bool) -> bool:
    if host in ("", "::"):
        return True
    try:
        return (ipaddress.ip_address(host).version == 4) == of_4
    except ValueError:
        return True


def _outside(settings: Settings) -> Iterator[Finding]:
    """Say when a server of the open internet tells browsers only addresses of a house."""
    told = settings.told_addresses or (LOCAL,)
    hosts = [host for word in told for host in (local_addresses() if word == LOCAL else (word,))]
    if settings.public_url.startswith("https://") and not any(map(_is_global, hosts)):
        yield Finding(
            False,
            f"Browsers are told only addresses of this network ({', '.join(hosts)}): whoever is "
            "elsewhere gets no sound and no picture.",
            "Behind NAT forward the UDP port and set "
            "ROUNDS_MEDIA_ADDRESSES=OUTER-ADDRESS,local; leave it if nobody comes from elsewhere.",
        )


def _is_global(host: str) -> bool:
    return ipaddress.ip_address(host).is_global


def _relay(settings: Settings) -> Iterator[Finding]:
    if bool(settings.turn_urls.strip()) != bool(settings.turn_secret_file):
        yield Finding(
            True,
            "The relay is set up by half: its addresses need the secret, and the secret them.",
            "Set both ROUNDS_TURN_URLS and ROUNDS_TURN_SECRET_FILE, or neither.",
        )
    try:
        addresses = read_addresses(settings.turn_urls)
    except ValueError as fault:
        yield Finding(
            True,
            f"ROUNDS_TURN_URLS: {fault}.",
            "Write addresses by commas, such as turn:HOST:3478?transport=udp, "
            "turn:HOST:3478?transport=tcp, turns:HOST:443?transport=tcp",
        )
        addresses = ()
    yield from _secret(settings)
    if addresses:
        yield from _ways(addresses)
    elif not settings.turn_urls and (settings.public_url or not settings.listens_on_loopback):
        yield Finding(
            False,
            "There is no relay: people whose network lets no UDP out cannot join calls.",
            "Run coturn with deploy/coturn/turnserver.conf and set ROUNDS_TURN_URLS.",
        )


def _secret(settings: Settings) -> Iterator[Finding]:
    path = settings.turn_secret_file
    yield from look_at_secret_file("ROUNDS_TURN_SECRET_FILE", path)
    yield from look_for_double_use("ROUNDS_TURN_SECRET_FILE", path, settings)
    if path and path.is_file() and 0 < len(read_secret(path)) < SHORTEST_SECRET:
        yield Finding(
            True,
            f"{path} holds fewer than {SHORTEST_SECRET} characters: strangers could guess their "
            "way into the relay.",
            f"Run: openssl rand -hex 32 > {path}, and tell the relay.",
        )


def _ways(addresses: tuple[RelayAddress, ...]) -> Iterator[Finding]:
    ways = {address.transport for address in addresses}
    if "tls" not in ways or not any(address.port == 443 for address in addresses):
        yield Finding(
            False,
            "The relay cannot be reached by TLS on port 443, the only way out of some networks.",
            "Let it listen there and add turns:HOST:443?transport=tcp to ROUNDS_TURN_URLS.",
        )
    if "tcp" not in ways:
        yield Finding(
            False,
            "The relay has no address with transport=tcp, for networks that let no UDP out.",
            "Add turn:HOST:3478?transport=tcp to ROUNDS_TURN_URLS.",
        )
    for host in sorted({address.host for address in addresses}):
        if is_local(host):
            yield Finding(
                False,
                f"The relay's address {host} means each browser's own machine.",
                "Write the name that browsers reach the relay by.",
            )
