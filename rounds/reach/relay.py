"""The way around: each address of the relay, through it to the media port, and nowhere else."""

import ipaddress
import socket
import ssl

from rounds.media.relay import RelayAddress
from rounds.reach.plan import Plan
from rounds.reach.step import Step, failed, skipped, well
from rounds.reach.turn import Allocation, RefusedError, SilentError, allocation

CLOSED = ("127.0.0.1", "10.255.255.254", "100.64.255.254", "169.254.169.254", "192.168.255.254")
"""Addresses inside networks that a relay must never lead to."""
FORBIDDEN = 403
STRANGERS = (
    "Give both the same secret (ROUNDS_TURN_SECRET_FILE, static-auth-secret), and let both "
    "machines follow a time server."
)
REFUSALS = {
    401: ("does not take our credentials", STRANGERS),
    486: (
        "says that this person has too many allocations",
        "Raise user-quota in turnserver.conf.",
    ),
    508: ("has no port left", "Widen min-port to max-port, or raise total-quota."),
}


async def try_relay(plan: Plan, address: RelayAddress) -> Step:
    """Allocate at one address, look that it leads nowhere else, and probe through it."""
    name, at = f"relay {address.transport}", f"{address.host}:{address.port}"
    try:
        async with allocation(address, plan.relay_name, plan.relay_password) as ours:
            return await _open(plan, name, ours) or await _through(plan, name, at, ours)
    except (socket.gaierror, UnicodeError):
        return failed(
            name,
            f"The relay's name {address.host} leads nowhere.",
            "Make an A record for it, or mend ROUNDS_TURN_URLS.",
        )
    except ssl.SSLCertVerificationError as fault:
        return failed(
            name,
            f"Browsers do not trust the relay's certificate: {fault.verify_message}.",
            f"Give coturn a certificate for {address.host} with its whole chain (cert, pkey).",
        )
    except ssl.SSLError as fault:
        return failed(
            name,
            f"The relay at {at} does not speak TLS ({fault.reason or 'no handshake'}).",
            "Set cert, pkey and tls-listening-port in turnserver.conf, and let coturn read them.",
        )
    except RefusedError as fault:
        said, fix = REFUSALS.get(
            fault.code, (f"refuses with code {fault.code}", "Read the relay's log.")
        )
        return failed(name, f"The relay at {at} {said}.", fix)
    except (SilentError, TimeoutError):
        return _unreached(name, at, address, "does not answer")
    except OSError as fault:
        return _unreached(name, at, address, f"cannot be reached ({fault.strerror or fault})")


def _unreached(name: str, at: str, address: RelayAddress, said: str) -> Step:
    by = "UDP" if address.transport == "udp" else "TCP"
    return failed(
        name,
        f"The relay at {at} {said} by {by}.",
        f"Start coturn, and open {by} port {address.port} to it in every firewall on the way.",
    )


async def _open(plan: Plan, name: str, ours: Allocation) -> Step | None:
    """Return a finding when the relay leads into other networks."""
    for host in CLOSED:
        if host in plan.media:
            continue
        try:
            await ours.bind((host, 9))
        except RefusedError:
            continue
        return failed(
            name,
            f"The relay lets people through to {host}, and so into networks behind it.",
            "Deny every peer but rounds: denied-peer-ip and allowed-peer-ip as in "
            "deploy/coturn/turnserver.conf.",
        )
    return None


async def _through(plan: Plan, name: str, at: str, ours: Allocation) -> Step:
    """Probe the media port at every address the relay could reach."""
    family = ipaddress.ip_address(ours.address).version
    hosts = [host for host in plan.media if _reachable(host, family)]
    if not hosts:
        return skipped(name, f"The relay at {at} works; rounds is told at loopback alone.")
    numbers = ", ".join(map(str, plan.ports))
    refused, silent = [], []
    for host in hosts:
        try:
            through = [await _answered(plan, ours, (host, port)) for port in plan.ports]
        except RefusedError as fault:
            if fault.code != FORBIDDEN:
                raise
            refused.append(host)
            continue
        if all(through):
            return well(name, f"{at} relays to {host}, and to no other network.")
        silent.append(host)
    if silent:
        return failed(
            name,
            f"Through the relay at {at}, UDP port {numbers} of {', '.join(silent)} is silent.",
            f"Open UDP port {numbers} of rounds to the relay ({ours.address}).",
        )
    return failed(
        name,
        f"The relay at {at} does not let people through to {', '.join(refused)}.",
        "Name these addresses of rounds in TURN_PEERS (allowed-peer-ip in turnserver.conf).",
    )


async def _answered(plan: Plan, ours: Allocation, peer: tuple[str, int]) -> bool:
    await ours.bind(peer)
    return await ours.answered(peer, plan.probe_name, plan.probe_password)


def _reachable(host: str, family: int) -> bool:
    address = ipaddress.ip_address(host)
    return address.version == family and not address.is_loopback
