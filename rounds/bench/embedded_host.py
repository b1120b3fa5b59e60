"""The process that owns the product's engine during a bench and passes calls to it.

Run as `python -m rounds.bench.embedded_host SOCKET ADDRESS PORT PROCESSES LOOP WORKER`. Each line
on the socket is a call `{"number", "call", "arguments"}`; answers and events are lines, too.
"""

import asyncio
import json
import math
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rounds.kernel.errors import Invalid, Refusal
from rounds.kernel.tasks import Tasks
from rounds.media.engine import Kind, MediaEvent
from rounds.media.sfu.control import sights_from_json
from rounds.media.sfu.fleet import Fleet
from rounds.media.sfu.placement import Limits
from rounds.media.sfu.process import MediaProcess
from rounds.media.sfu.settings import SfuSettings

LINE_LIMIT = 1 << 20  # bytes
CALLS = {
    "join", "publish", "answer", "look", "set_audience", "leave", "close_room", "statistics",
}  # fmt: skip
UNLIMITED = Limits(math.inf, math.inf)
"""A bench looks for the limit itself."""


class Host:
    """Serves the engine to any number of connections; events go to all of them."""

    def __init__(self, settings: list[SfuSettings]) -> None:
        """Prepare an engine with a media process for each of the settings."""
        self._tasks = Tasks()
        self.engine = Fleet(settings, self._tell, self._tasks, limits=UNLIMITED)
        self._listening: set[asyncio.StreamWriter] = set()

    async def _tell(self, event: MediaEvent) -> None:
        line = json.dumps({"event": type(event).__name__} | asdict(event)).encode() + b"\n"
        for writer in self._listening:
            writer.write(line)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's calls, side by side."""
        self._listening.add(writer)
        try:
            while line := await reader.readline():
                self._tasks.once("bench call", self._answer(json.loads(line), writer))
        except ConnectionError:
            pass  # a generator that was ended reads no more
        finally:
            self._listening.discard(writer)
            writer.close()

    async def _answer(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        reply: dict[str, Any] = {"number": asked["number"]}
        try:
            reply["result"] = await self._call(asked["call"], asked["arguments"])
        except Refusal as refusal:
            reply["error"] = f"{asked['call']}: {type(refusal).__name__} {refusal}"
        writer.write(json.dumps(reply).encode() + b"\n")

    async def _call(self, name: str, arguments: list[Any]) -> Any:
        if name not in CALLS:
            raise Invalid("Unknown call.")
        if name == "set_audience":
            arguments[1] = _matrix(arguments[1])
        if name == "look":
            arguments[3] = sights_from_json(arguments[3])
        return await getattr(self.engine, name)(*arguments)


def _matrix(plain: Mapping[str, Mapping[str, list[str]]]) -> dict[str, dict[str, frozenset[Kind]]]:
    return {
        publisher: {seat: frozenset(map(Kind, kinds)) for seat, kinds in receivers.items()}
        for publisher, receivers in plain.items()
    }


async def main(path: str, address: str, port: int, processes: int, loop: str) -> None:
    """Start the engine, say so on standard output, serve until standard input closes."""
    ports = [port, *[0] * (processes - 1)]
    settings = [SfuSettings(one, host=address, addresses=(address,), loop=loop) for one in ports]
    host = Host(settings)
    await host.engine.start()
    try:
        async with await asyncio.start_unix_server(host.serve, path, limit=LINE_LIMIT):
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.read)
    finally:
        await host.engine.close()


if __name__ == "__main__":
    MediaProcess.module = sys.argv[6]
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]))
