"""The media process: a Hall served over the control socket it inherits; ends when that closes."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from typing import Any

from rounds.kernel import logs
from rounds.kernel.errors import Refusal
from rounds.kernel.tasks import Tasks
from rounds.media.engine import MediaEvent
from rounds.media.sfu.control import (
    Begin,
    Call,
    Failure,
    Frames,
    Message,
    Ready,
    Reply,
    audience_from_json,
    decode,
    encode,
    sights_from_json,
)
from rounds.media.sfu.hall import Hall
from rounds.media.sfu.loop.library import LoopUnusableError
from rounds.media.sfu.settings import SfuSettings

log = logs.get_logger(__name__)

METHODS = frozenset(
    {
        "join", "publish", "answer", "look", "set_audience", "leave", "close_room",
        "statistics", "load", "drain",
    }
)  # fmt: skip
MOST_UNREAD = 32 * 1024 * 1024
"""Bytes of events the web process may leave unread; then it is as good as gone."""
BIND_TRIES = 100
BIND_PAUSE = 0.02
"""Seconds between tries: a killed predecessor may hold the port for some milliseconds more."""


def perform(hall: Hall, call: Call) -> Message:
    """Do what a call asks; a refusal becomes its Failure."""
    arguments: dict[str, Any] = dict(call.arguments)
    if call.method not in METHODS:
        return Failure(call.number, "invalid", "Unknown method.")
    try:
        if call.method == "set_audience":
            arguments["audience"] = audience_from_json(arguments["audience"])
        if call.method == "look":
            arguments["sights"] = sights_from_json(arguments["sights"])
        return Reply(call.number, getattr(hall, call.method)(**arguments))
    except Refusal as refusal:
        return Failure(call.number, refusal.code, refusal.message)
    except Exception:  # noqa: BLE001 - what one browser described must end nobody else's visit
        log.exception("call_failed", action=call.method)
        return Failure(call.number, "unavailable", "The media process could not do this.")


async def open_hall(settings: SfuSettings, emit: Any, tasks: Tasks) -> Hall:
    """Bind the port, waiting a little for a predecessor's end. Raises OSError."""
    for _ in range(BIND_TRIES - 1):
        try:
            return Hall(settings, emit, tasks)
        except OSError:
            await asyncio.sleep(BIND_PAUSE)
    try:
        return Hall(settings, emit, tasks)
    except OSError as fault:
        log.error("media_port_unusable", port=settings.port, code=fault.errno)
        raise


async def messages(reader: asyncio.StreamReader) -> AsyncIterator[Message]:
    """Yield what the web process says, until its end of the control socket closes."""
    frames = Frames()
    while data := await reader.read(65536):
        for body in frames.feed(data):
            yield decode(body)


async def serve(control: socket.socket) -> None:
    """Wait for the settings, then serve until the control socket closes.

    Raises OSError when the port cannot be had, LoopUnusableError when the loop that is asked for
    cannot, ConnectionError when the web process was killed.
    """
    tasks = Tasks()
    reader, writer = await asyncio.open_unix_connection(sock=control)
    said = messages(reader)
    begin = await anext(said, None)
    if not isinstance(begin, Begin):
        return  # the server did not start after all

    def emit(event: MediaEvent) -> None:
        if reader.at_eof():
            return
        writer.write(encode(event))
        if writer.transport.get_write_buffer_size() > MOST_UNREAD:
            log.error("control_socket_not_read", bytes=MOST_UNREAD)
            writer.transport.abort()

    hall = await open_hall(begin.settings, emit, tasks)
    hall.start()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, hall.drain)
    writer.write(encode(Ready(hall.port)))
    kind = "native" if hall.native else "python"
    log.info("media_process_ready", port=hall.port, pid=os.getpid(), kind=kind)
    async for message in said:
        if isinstance(message, Call):
            writer.write(encode(perform(hall, message)))
    await hall.close()
    await tasks.stop()


def main() -> None:
    """Run with the control socket's descriptor as the one argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the web process ends us by closing the socket
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # fresh already
    logs.configure(machine_readable=not sys.stderr.isatty())
    control = socket.socket(fileno=int(sys.argv[1]))
    control.setblocking(False)
    try:
        asyncio.run(serve(control))
    except ConnectionError:
        log.info("media_process_ended")
    except LoopUnusableError as fault:
        log.error("media_loop_unusable", reason=str(fault))
        sys.exit(1)
    except OSError:
        sys.exit(1)


if __name__ == "__main__":
    main()
