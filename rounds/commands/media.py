"""Looks at the media ports and processes: taken, beyond the last number, more than cores."""

import socket
from collections.abc import Iterator

from rounds.kernel.config import Settings
from rounds.kernel.cores import cores
from rounds.kernel.finding import Finding

LAST_PORT = 65535


def look_at_media(settings: Settings) -> Iterator[Finding]:
    """Look at what was set about media processes, without starting one."""
    ports = settings.media_udp_ports
    if ports[-1] > LAST_PORT:
        yield Finding(
            True,
            f"{len(ports)} media processes from UDP port {ports[0]} on need ports beyond "
            f"{LAST_PORT}.",
            "Choose a lower ROUNDS_MEDIA_PORT, or fewer ROUNDS_MEDIA_PROCESSES.",
        )
    if len(ports) > cores():
        yield Finding(
            False,
            f"There are more media processes ({len(ports)}) than cores ({cores()}): they wait "
            "for each other, and speech with them.",
            "Set ROUNDS_MEDIA_PROCESSES to half the number of cores, or leave it out.",
        )


def look_at_ports(settings: Settings) -> Iterator[Finding]:
    """Look whether the media ports are free, before a server of ours holds them."""
    taken = {port: udp_fault(settings.media_host, port) for port in settings.media_udp_ports}
    taken = {port: fault for port, fault in taken.items() if fault}
    if not taken or _we_serve(settings):
        return
    for port, fault in taken.items():
        yield Finding(
            True,
            f"Media cannot use UDP port {port} ({fault}).",
            "Stop the other program, or choose another with ROUNDS_MEDIA_PORT.",
        )


def udp_fault(host: str, port: int) -> str:
    """Return why a UDP port cannot be bound, or nothing when it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as fault:
            return getattr(fault, "strerror", None) or str(fault)
    return ""


def named_ports(ports: range) -> str:
    """Return the ports as a person writes them."""
    return f"UDP port {ports[0]}" if len(ports) == 1 else f"UDP ports {ports[0]} to {ports[-1]}"


def _we_serve(settings: Settings) -> bool:
    """Say whether something answers on the HTTP port: then it is this server that runs."""
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host  # noqa: S104
    try:
        with socket.create_connection((host, settings.port), timeout=1.0):
            return True
    except OSError:
        return False
