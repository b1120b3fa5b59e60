"""One allocation at the relay by UDP, TCP or TLS, and what the relay does with it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from typing import Any

from aioice import stun
from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol

from rounds.media.probe import answers, probe_request
from rounds.media.relay import RelayAddress

PATIENCE = 5.0
FAREWELL = 1.0
"""Seconds to wait for the other side's end of TLS."""
LIFETIME = 60
"""Seconds of an allocation that nobody gives back."""
PAUSES = (0.2, 0.4, 0.8, 1.6)
FIRST_CHANNEL = 0x4000


class RefusedError(Exception):
    """The relay said no, with this code of RFC 8656 section 18 (or RFC 8489 section 14.8)."""

    def __init__(self, code: int) -> None:
        """Keep the code."""
        super().__init__(f"refused with {code}")
        self.code = code


class SilentError(Exception):
    """The relay did not answer."""


class Allocation:
    """A relayed address of our own."""

    def __init__(self, client: Any) -> None:
        """Use a client that has allocated."""
        self._client = client
        self._channel = FIRST_CHANNEL
        self._heard: asyncio.Queue[bytes] = asyncio.Queue()
        client.receiver = self

    @property
    def address(self) -> str:
        """The relay's address that peers see."""
        return str(self._client.relayed_address[0])

    async def bind(self, peer: tuple[str, int]) -> None:
        """Ask to be let through to a peer. Raises RefusedError, SilentError."""
        self._channel += 1
        await _asked(self._client.channel_bind(self._channel, peer))
        self._client.channel_to_peer[self._channel] = peer
        self._client.peer_to_channel[peer] = self._channel
        self._client.channel_refresh_at[self._channel] = float("inf")

    async def answered(self, peer: tuple[str, int], name: str, password: str) -> bool:
        """Probe the media port through the relay; say whether it answered."""
        request = probe_request(name, password)
        for pause in PAUSES:
            await self._client.send_data(bytes(request), peer)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    while not answers(await self._heard.get(), request, password):
                        pass
                    return True
        return False

    def datagram_received(self, data: bytes, peer: tuple[str, int]) -> None:
        """Take what a peer sent."""
        self._heard.put_nowait(data)

    def connection_lost(self, fault: Exception | None) -> None:
        """Take the end of the connection; whoever waits runs into the deadline."""


@contextlib.asynccontextmanager
async def allocation(
    address: RelayAddress, username: str, password: str
) -> AsyncIterator[Allocation]:
    """Allocate at the relay, and give the allocation back at the end.

    Raises OSError, ssl.SSLError or TimeoutError (no connection), RefusedError, SilentError.
    """
    client = await _connect(address, username, password)
    try:
        await _asked(client.connect())
        yield Allocation(client)
    finally:
        with contextlib.suppress(RefusedError, SilentError, ConnectionError):
            if client.refresh_task is not None:
                await _asked(client.delete())
        client.transport.close()


async def _connect(address: RelayAddress, username: str, password: str) -> Any:
    loop, server = asyncio.get_running_loop(), (address.host, address.port)
    async with asyncio.timeout(PATIENCE):
        if address.transport == "udp":
            _, udp = await loop.create_datagram_endpoint(
                lambda: TurnClientUdpProtocol(server, username, password, LIFETIME, LIFETIME),
                remote_addr=server,
            )
            return udp
        context = ssl.create_default_context() if address.transport == "tls" else None
        _, tcp = await loop.create_connection(
            lambda: TurnClientTcpProtocol(server, username, password, LIFETIME, LIFETIME),
            *server,
            ssl=context,
            ssl_shutdown_timeout=FAREWELL if context is not None else None,
        )
        return tcp


async def _asked(request: Any) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await request
    except stun.TransactionFailed as fault:
        raise RefusedError(fault.response.error_code or 0) from None
    except (TimeoutError, stun.TransactionTimeout):
        raise SilentError from None
