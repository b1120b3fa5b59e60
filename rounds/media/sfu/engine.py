"""The embedded engine as the web process sees it: one supervised media process."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from rounds.kernel.errors import Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.media.engine import Audience, MediaEvent, Restarted, Sight
from rounds.media.sfu.control import (
    Begin,
    Call,
    Failure,
    Frames,
    Message,
    Ready,
    Reply,
    audience_to_json,
    decode,
    encode,
    refusal_of,
)
from rounds.media.sfu.process import MediaProcess
from rounds.media.sfu.settings import SfuSettings

__all__ = ["EmbeddedEngine", "SfuSettings"]

log = get_logger(__name__)

CALL_SECONDS = 5.0
START_SECONDS = 15.0
FAST_END_SECONDS = 2.0
"""A process that ends sooner is started again only after a pause."""
PAUSE_SECONDS = 0.5
WATCH_SECONDS = 5.0
SILENCES = 3
"""Calls in a row without an answer, after which the process counts as stuck and is killed."""


class EmbeddedEngine:
    """Starts the media process, restarts it at once when it ends, and passes calls and events."""

    def __init__(
        self,
        settings: SfuSettings,
        listener: Callable[[MediaEvent], Awaitable[None]],
        tasks: Tasks,
        started: MediaProcess | None = None,
    ) -> None:
        """Tell every event to `listener`, in order; it must not wait for a call of this engine.

        `started` is a process that waits already, and is the engine's from now on.
        """
        self._settings = settings
        self._listener = listener
        self._tasks = tasks
        self._numbers = itertools.count(1)
        self._pending: dict[int, asyncio.Future[Any]] = {}
        self._next = started
        self._process: MediaProcess | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._ready = asyncio.Event()
        self._away_since: float | None = None
        self._renewing = False
        self._starts = 0
        self._events: asyncio.Queue[MediaEvent] = asyncio.Queue()
        self._supervision: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self.port = settings.port
        """UDP port of the media process, once it is ready."""

    # --- life ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start the media process. Raises Unavailable when it does not come up."""
        self._away_since = asyncio.get_running_loop().time()
        self._supervision = self._tasks.start("media process", self._supervise)
        self._telling = self._tasks.start("media events", self._tell)
        self._watching = self._tasks.start("media watch", self._watch)
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._ready.wait()
        except TimeoutError:
            raise Unavailable("The media process does not start.") from None

    async def close(self) -> None:
        """End the media process and wait for it."""
        for task in (self._watching, self._supervision, self._telling):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        await self._end()
        if self._next is not None:  # it was to come next, and was told nothing yet
            await asyncio.to_thread(self._next.end)
            self._next = None

    @property
    def ready(self) -> bool:
        """Whether a join would be served now."""
        return self._ready.is_set()

    @property
    def away(self) -> float:
        """Seconds since a call was last possible; 0 while one is."""
        if self._away_since is None:
            return 0.0
        return asyncio.get_running_loop().time() - self._away_since

    @property
    def pid(self) -> int | None:
        """Process id of the media process, for operators."""
        return self._process.pid if self._process is not None else None

    # --- the engine's methods --------------------------------------------------------------------

    async def join(self, room: str, seat: str) -> int:
        """Take the seat afresh and return its generation; its older connections are closed."""
        return int(await self._call("join", room=room, seat=seat))

    async def publish(self, room: str, seat: str, generation: int, sdp: str) -> str:
        """Answer the browser's offer of its sending connection."""
        return str(
            await self._call("publish", room=room, seat=seat, generation=generation, sdp=sdp)
        )

    async def answer(self, room: str, seat: str, generation: int, version: int, sdp: str) -> None:
        """Take the browser's answer to the offer of that version."""
        await self._call(
            "answer", room=room, seat=seat, generation=generation, version=version, sdp=sdp
        )

    async def look(self, room: str, seat: str, generation: int, sights: Sequence[Sight]) -> None:
        """Take how large a seat sees the pictures it receives."""
        rows = [asdict(sight) for sight in sights]
        await self._call("look", room=room, seat=seat, generation=generation, sights=rows)

    async def set_audience(self, room: str, audience: Audience) -> None:
        """Replace the room's whole matrix at once."""
        await self._call("set_audience", room=room, audience=audience_to_json(audience))

    async def leave(self, room: str, seat: str, generation: int | None = None) -> None:
        """Close the seat's connections; with a generation only if it is still that one."""
        await self._call("leave", room=room, seat=seat, generation=generation)

    async def close_room(self, room: str) -> None:
        """Close every seat of the room and forget its matrix."""
        await self._call("close_room", room=room)

    async def statistics(self) -> dict[str, Any]:
        """Numbers for operators and tests; no address in them."""
        result = await self._call("statistics")
        return {**result, "starts": self._starts}

    async def load(self) -> dict[str, Any]:
        """Return how busy the media process is; see Hall."""
        return dict(await self._call("load"))

    async def drain(self) -> None:
        """Let the media process say that it wants no new room."""
        await self._call("drain")

    async def renew(self) -> None:
        """End the media process, with whoever is still there, and begin a fresh one."""
        if self._writer is not None and self.ready:
            log.info("media_process_renewed", pid=self.pid, port=self.port)
            self._renewing = True
            self._next = self._next or MediaProcess()
            self._become_ready(False)
            self._writer.close()

    async def _call(self, method: str, **arguments: Any) -> Any:
        if not self.ready or self._writer is None:
            raise Unavailable("The media process is starting.", retry_after=1)
        number = next(self._numbers)
        reply = self._pending[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(encode(Call(number, method, arguments)))
            async with asyncio.timeout(CALL_SECONDS):
                return await reply
        except (TimeoutError, ConnectionError):
            raise Unavailable("The media process does not answer.", retry_after=1) from None
        finally:
            self._pending.pop(number, None)

    # --- the process -----------------------------------------------------------------------------

    async def _supervise(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._serve_once()
            finally:
                self._forget_pending()
            if not self._renewing:
                log.warning("media_process_lost", seconds=round(loop.time() - began, 1))
            self._renewing = False
            if loop.time() - began < FAST_END_SECONDS:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _serve_once(self) -> None:
        """Run one media process to its end."""
        await self._end()
        process = self._process = self._next or MediaProcess()
        self._next = None
        reader, self._writer = await asyncio.open_unix_connection(sock=process.control)
        self._writer.write(encode(Begin(self._settings)))
        frames = Frames()
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                for body in frames.feed(data):
                    self._take(decode(body))
        self._become_ready(False)

    def _take(self, message: Message) -> None:
        if isinstance(message, Ready):
            self.port = message.port
            self._become_ready(True)
            self._starts += 1
            if self._starts > 1:
                self._events.put_nowait(Restarted())
        elif isinstance(message, Reply | Failure):
            reply = self._pending.pop(message.number, None)
            if reply is None or reply.done():
                return
            if isinstance(message, Reply):
                reply.set_result(message.result)
            else:
                reply.set_exception(refusal_of(message))
        elif not isinstance(message, Begin | Call):
            self._events.put_nowait(message)

    def _become_ready(self, ready: bool) -> None:
        if ready:
            self._ready.set()
            self._away_since = None
        elif self._away_since is None:
            self._ready.clear()
            self._away_since = asyncio.get_running_loop().time()

    def _forget_pending(self) -> None:
        self._become_ready(False)
        for reply in self._pending.values():
            if not reply.done():
                reply.set_exception(Unavailable("The media process was restarted.", retry_after=1))
        self._pending.clear()

    async def _tell(self) -> None:
        while True:
            event = await self._events.get()
            # A listener's fault concerns this event only; it must not hold up the next.
            await self._tasks.once("media event", self._tell_one(event))

    async def _tell_one(self, event: MediaEvent) -> None:
        await self._listener(event)

    async def _watch(self) -> None:
        """Kill a process that lives and answers nothing; the supervision starts another."""
        silent = 0
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self._call("load")
                silent = 0
            except Unavailable:
                silent += 1 if self.ready else 0
            if silent >= SILENCES and self._process is not None:
                log.error("media_process_stuck", pid=self._process.pid)
                self._process.kill()
                silent = 0

    async def _end(self) -> None:
        """Close the control socket, on which the process ends; kill it if it does not."""
        self._become_ready(False)
        writer, process = self._writer, self._process
        self._writer = self._process = None
        if writer is not None:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        if process is not None:
            await asyncio.to_thread(process.end)
