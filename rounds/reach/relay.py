"""The way around: each address of the relay, through it to the media port, and nowhere else."""

import ipaddress
import socket
import ssl
from collections.abc import Mapping

from rounds.kernel.words import N_
from rounds.media.relay import RelayAddress
from rounds.reach.plan import Plan
from rounds.reach.step import Step, Words, failed, skipped, well, words
from rounds.reach.turn import Allocation, RefusedError, SilentError, allocation

CLOSED = ("127.0.0.1", "10.255.255.254", "100.64.255.254", "169.254.169.254", "192.168.255.254")
"""Addresses inside networks that a relay must never lead to."""
FORBIDDEN = 403
REFUSALS: Mapping[int, tuple[str, str]] = {
    401: (
        N_("The relay at %(at)s does not take our credentials."),
        N_(
            "Give both the same secret (ROUNDS_TURN_SECRET_FILE, static-auth-secret), and let both "
            "machines follow a time server."
        ),
    ),
    486: (
        N_("The relay at %(at)s says that this person has too many allocations."),
        N_("Raise user-quota in turnserver.conf."),
    ),
    508: (
        N_("The relay at %(at)s has no port left."),
        N_("Widen min-port to max-port, or raise total-quota."),
    ),
}
REFUSED = N_("The relay at %(at)s refuses with code %(code)s."), N_("Read the relay's log.")


async def try_relay(plan: Plan, address: RelayAddress) -> Step:
    """Allocate at one address, look that it leads nowhere else, and probe through it."""
    name, at = f"relay {address.transport}", f"{address.host}:{address.port}"
    try:
        async with allocation(address, plan.relay_name, plan.relay_password) as ours:
            return await _open(plan, name, ours) or await _through(plan, name, at, ours)
    except (socket.gaierror, UnicodeError):
        return failed(
            name,
            words(N_("The relay's name %(host)s leads nowhere."), host=address.host),
            words(N_("Make an A record for it, or mend ROUNDS_TURN_URLS.")),
        )
    except ssl.SSLCertVerificationError as fault:
        return failed(
            name,
            words(
                N_("Browsers do not trust the relay's certificate: %(fault)s."),
                fault=fault.verify_message,
            ),
            words(
                N_("Give coturn a certificate for %(host)s with its whole chain (cert, pkey)."),
                host=address.host,
            ),
        )
    except ssl.SSLError as fault:
        return failed(
            name,
            words(
                N_("The relay at %(at)s does not speak TLS (%(fault)s)."),
                at=at,
                fault=fault.reason or "no handshake",
            ),
            words(
                N_(
                    "Set cert, pkey and tls-listening-port in turnserver.conf, and let coturn "
                    "read them."
                )
            ),
        )
    except RefusedError as fault:
        said, fix = REFUSALS.get(fault.code, REFUSED)
        return failed(name, words(said, at=at, code=fault.code), words(fix))
    except (SilentError, TimeoutError):
        said = N_("The relay at %(at)s does not answer by %(by)s.")
        return failed(name, words(said, at=at, by=_by(address)), _start(address))
    except OSError as fault:
        said = N_("The relay at %(at)s cannot be reached by %(by)s (%(fault)s).")
        told = fault.strerror or fault
        return failed(name, words(said, at=at, by=_by(address), fault=told), _start(address))


def _by(address: RelayAddress) -> str:
    return "UDP" if address.transport == "udp" else "TCP"


def _start(address: RelayAddress) -> Words:
    return words(
        N_("Start coturn, and open %(by)s port %(port)s to it in every firewall on the way."),
        by=_by(address),
        port=address.port,
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
            words(
                N_("The relay lets people through to %(host)s, and so into networks behind it."),
                host=host,
            ),
            words(
                N_(
                    "Deny every peer but rounds: denied-peer-ip and allowed-peer-ip as in "
                    "deploy/coturn/turnserver.conf."
                )
            ),
        )
    return None


async def _through(plan: Plan, name: str, at: str, ours: Allocation) -> Step:
    """Probe the media port at every address the relay could reach."""
    family = ipaddress.ip_address(ours.address).version
    hosts = [host for host in plan.media if _reachable(host, family)]
    if not hosts:
        return skipped(
            name, N_("The relay at %(at)s works; rounds is told at loopback alone."), at=at
        )
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
            return well(
                name, N_("%(at)s relays to %(host)s, and to no other network."), at=at, host=host
            )
        silent.append(host)
    if silent:
        return failed(
            name,
            words(
                N_("Through the relay at %(at)s, UDP port %(ports)s of %(hosts)s is silent."),
                at=at,
                ports=numbers,
                hosts=", ".join(silent),
            ),
            words(
                N_("Open UDP port %(ports)s of rounds to the relay (%(relay)s)."),
                ports=numbers,
                relay=ours.address,
            ),
        )
    return failed(
        name,
        words(
            N_("The relay at %(at)s does not let people through to %(hosts)s."),
            at=at,
            hosts=", ".join(refused),
        ),
        words(
            N_("Name these addresses of rounds in TURN_PEERS (allowed-peer-ip in turnserver.conf).")
        ),
    )


async def _answered(plan: Plan, ours: Allocation, peer: tuple[str, int]) -> bool:
    await ours.bind(peer)
    return await ours.answered(peer, plan.probe_name, plan.probe_password)


def _reachable(host: str, family: int) -> bool:
    address = ipaddress.ip_address(host)
    return address.version == family and not address.is_loopback
