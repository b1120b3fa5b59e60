"""The private names that rounds/web/sockets.py and wire.py lean on."""

import inspect
from importlib.metadata import version

import engineio
import pytest
import socketio
from aiohttp.base_protocol import BaseProtocol
from engineio.async_drivers.aiohttp import WebSocket
from engineio.async_socket import AsyncSocket
from socketio.async_manager import AsyncManager
from socketio.packet import Packet

from rounds.kernel.tasks import Tasks
from rounds.web.namespace import Namespace
from rounds.web.sockets import READ_IN, BoundedPacket, Engine, SocketServer, nesting
from tests.making.ground import make_settings


@pytest.mark.parametrize("package", READ_IN)
def test_the_names_were_read_in_this_version(package: str) -> None:
    assert version(package) == READ_IN[package], (
        "Read sockets.py and wire.py beside the new version, then change the number there."
    )


@pytest.mark.parametrize(
    ("owner", "name", "takes"),
    [
        (socketio.AsyncServer, "_handle_eio_connect", ["self", "eio_sid", "environ"]),
        (socketio.AsyncServer, "_handle_eio_disconnect", ["self", "eio_sid", "reason"]),
        (socketio.AsyncServer, "_handle_eio_message", ["self", "eio_sid", "data"]),
        (socketio.AsyncServer, "_engineio_server_class", ["self"]),
        (engineio.AsyncServer, "disconnect", ["self", "sid"]),
        (AsyncSocket, "close", ["self", "wait", "abort", "reason"]),
        (AsyncSocket, "receive", ["self", "pkt"]),
        (BaseProtocol, "_drain_helper", ["self"]),
        (WebSocket, "__call__", ["self", "environ"]),
        (WebSocket, "__init__", ["self", "handler", "server"]),
        (AsyncManager, "eio_sid_from_sid", ["self", "sid", "namespace"]),
        (AsyncManager, "sid_from_eio_sid", ["self", "eio_sid", "namespace"]),
        (Packet, "decode", ["self", "encoded_packet"]),
        (socketio.AsyncNamespace, "trigger_event", ["self", "event", "args"]),
    ],
)
def test_these_are_there_and_take_what_we_give(owner: type, name: str, takes: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == takes


async def test_what_instances_hold(tmp_path: object) -> None:
    served = SocketServer(make_settings(tmp_path, ""), Tasks())  # type: ignore[arg-type]
    assert isinstance(served.eio, Engine)
    assert served.packet_class is BoundedPacket
    assert served.namespace_handlers == {}
    assert served.environ == {}
    assert served.eio.sockets == {}
    assert set(served.eio.handlers) == {"connect", "message", "disconnect"}
    assert not served.eio.async_handlers
    connection = AsyncSocket(served.eio, "sid")
    assert (connection.queue.qsize(), connection.closed) == (0, False)
    assert (connection.connected, connection.upgraded) == (False, False)
    assert connection._websocket_handler.__self__ is connection
    assert issubclass(Namespace, socketio.AsyncNamespace)


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("", 0),
        ("[]", 1),
        ('["[[["]', 1),
        ('["\\"[[["]', 1),
        ("[" * 16 + "]" * 16, 16),
        ("]" * 9, 0),
    ],
)
def test_nesting_counts_brackets_outside_of_strings(text: str, deep: int) -> None:
    assert nesting(text) == deep


async def test_nesting_of_a_large_packet_takes_no_deep_stack() -> None:
    assert nesting("[" * 250_000) == 250_000
