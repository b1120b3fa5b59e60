"""The way of sound and picture: UDP to every address that browsers are told."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Iterator

from rounds.media.probe import answers, probe_request
from rounds.reach.plan import Plan
from rounds.reach.step import Step, failed, weak, well

PAUSES = (0.2, 0.4, 0.8, 1.6)
"""Seconds to wait after each of the datagrams; together 3 s."""
OPEN = (
    "Open UDP port {port} to rounds in every firewall on the way; behind NAT forward it under the "
    "same number and set ROUNDS_MEDIA_ADDRESSES=OUTER-ADDRESS,local."
)


async def try_media(plan: Plan) -> list[Step]:
    """Probe every address; it is well when one answers, for a browser needs one."""
    faults = await asyncio.gather(*(_probe(plan, host) for host in plan.media))
    heard = [host for host, fault in zip(plan.media, faults, strict=True) if not fault]
    silent = [(host, fault) for host, fault in zip(plan.media, faults, strict=True) if fault]
    if heard:
        said = well("media", f"UDP port {plan.port} answers at {', '.join(heard)}.")
        return [said, *_silent(silent)]
    told = "; ".join(f"{host}: {fault}" for host, fault in silent) or "no address is told"
    return [
        failed(
            "media",
            f"UDP port {plan.port} answers at no address ({told}).",
            OPEN.format(port=plan.port),
        )
    ]


def _silent(silent: list[tuple[str, str]]) -> Iterator[Step]:
    for host, fault in silent:
        yield weak(
            "media",
            f"{host} is told to browsers, but from here: {fault}.",
            "It may count for another network. If it counts for none, name the others alone in "
            "ROUNDS_MEDIA_ADDRESSES.",
        )


async def _probe(plan: Plan, host: str) -> str:
    """Return what kept the media port from answering there; empty when it answered."""
    family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.connect((host, plan.port))
            return "" if await _answered(line, plan) else "no answer"
    except ConnectionRefusedError:
        return "nothing listens there"
    except OSError as fault:
        return f"no way there ({fault.strerror or fault})"


async def _answered(line: socket.socket, plan: Plan) -> bool:
    loop = asyncio.get_running_loop()
    request = probe_request(plan.probe_name, plan.probe_password)
    for pause in PAUSES:
        await loop.sock_sendall(line, bytes(request))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                while True:
                    told = await loop.sock_recv(line, 2048)
                    if answers(told, request, plan.probe_password):
                        return True
    return False
