"""The way of sound and picture: UDP, and TCP where it is set, to every address that is told."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterator

from rounds.kernel.words import N_
from rounds.media.probe import answers, probe_request
from rounds.reach.plan import Plan
from rounds.reach.step import Step, Words, failed, weak, well, words

PAUSES = (0.2, 0.4, 0.8, 1.6)
"""Seconds to wait after each of the datagrams; together 3 s."""
OPEN = N_(
    "Open %(by)s port %(ports)s to rounds in every firewall on the way; behind NAT forward it "
    "under the same number and set ROUNDS_MEDIA_ADDRESSES=OUTER-ADDRESS,local. If the server has "
    "several addresses and answers from another, set ROUNDS_MEDIA_HOST."
)
Attempt = Callable[[Plan, str, int], Awaitable[bool]]


async def try_media(plan: Plan) -> list[Step]:
    """Probe every address by UDP, and by TCP where rounds takes it.

    It is well when one address answers at every port, for a browser needs one.
    """
    steps = await _tried("media", "UDP", plan, plan.ports, by_udp)
    if plan.tcp_ports:
        steps += await _tried("media tcp", "TCP", plan, plan.tcp_ports, by_tcp)
    return steps


async def _tried(
    name: str, by: str, plan: Plan, ports: tuple[int, ...], attempt: Attempt
) -> list[Step]:
    numbers = ", ".join(map(str, ports))
    faults = await asyncio.gather(*(_fault(plan, host, ports, attempt) for host in plan.media))
    heard = [host for host, fault in zip(plan.media, faults, strict=True) if not fault]
    silent = [(host, fault) for host, fault in zip(plan.media, faults, strict=True) if fault]
    if heard:
        said = well(
            name,
            N_("%(by)s port %(ports)s answers at %(hosts)s."),
            by=by,
            ports=numbers,
            hosts=", ".join(heard),
        )
        return [said, *_silent(name, silent)]
    told = tuple(words("%(host)s: %(fault)s", host=host, fault=fault) for host, fault in silent)
    return [
        failed(
            name,
            words(
                N_("%(by)s port %(ports)s answers at no address (%(told)s)."),
                by=by,
                ports=numbers,
                told=told or Words(N_("no address is told")),
            ),
            words(OPEN, by=by, ports=numbers),
        )
    ]


def _silent(name: str, silent: list[tuple[str, Words]]) -> Iterator[Step]:
    for host, fault in silent:
        yield weak(
            name,
            words(
                N_("%(host)s is told to browsers, but from here: %(fault)s."),
                host=host,
                fault=fault,
            ),
            words(
                N_(
                    "It may count for another network. If it counts for none, name the others "
                    "alone in ROUNDS_MEDIA_ADDRESSES."
                )
            ),
        )


async def _fault(plan: Plan, host: str, ports: tuple[int, ...], attempt: Attempt) -> Words | None:
    """Return what kept a port from answering there; None when all answered."""
    for port in ports:
        try:
            if not await attempt(plan, host, port):
                return words(N_("no answer at %(port)s"), port=port)
        except ConnectionRefusedError:
            return words(N_("nothing listens there at %(port)s"), port=port)
        except (OSError, asyncio.IncompleteReadError) as fault:
            said = getattr(fault, "strerror", None) or fault
            return words(N_("no way there at %(port)s (%(fault)s)"), port=port, fault=said)
    return None


async def by_udp(plan: Plan, host: str, port: int) -> bool:
    """Say whether a media port answers by UDP. Raises OSError."""
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    request = probe_request(plan.probe_name, plan.probe_password)
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.setblocking(False)
        line.connect((host, port))
        for pause in PAUSES:
            await loop.sock_sendall(line, bytes(request))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    while not answers(
                        await loop.sock_recv(line, 2048), request, plan.probe_password
                    ):
                        pass
                    return True
    return False


async def by_tcp(plan: Plan, host: str, port: int) -> bool:
    """Say whether a media port answers by TCP (frames of RFC 4571). Raises OSError."""
    request = probe_request(plan.probe_name, plan.probe_password)
    frame = len(bytes(request)).to_bytes(2, "big") + bytes(request)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(sum(PAUSES)):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(frame)
                size = int.from_bytes(await reader.readexactly(2), "big")
                return answers(await reader.readexactly(size), request, plan.probe_password)
            finally:
                writer.close()
    return False
