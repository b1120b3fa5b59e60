"""The forwarding unit itself: the UDP port, all rooms and the clock, without a process around."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from rounds.kernel.addresses import local_addresses
from rounds.kernel.errors import NotFound, Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.media.engine import Audience, Sight
from rounds.media.sfu.loop.mux import LoopMux
from rounds.media.sfu.loop.opening import open_port
from rounds.media.sfu.participant import Emit, Participant
from rounds.media.sfu.pulse import Pulse
from rounds.media.sfu.room import Room
from rounds.media.sfu.settings import SfuSettings
from rounds.media.sfu.tcp import TcpDoor

log = get_logger(__name__)

TICK_SECONDS = 0.05
TICKS_PER_SECOND = 20
TICKS_PER_REFILL = 4
"""Allowances last for a second, so that they need not grow more often."""
MOST_SEATS = 12
"""Seats of one room (security.md §3.7)."""
EVERY = ("", "::", "0.0.0.0")  # noqa: S104 - compared only
LOCAL = "local"
"""Among the addresses to tell: all of this machine."""
ADDRESSES_SECONDS = 30.0
"""How long the found addresses are believed."""


class Hall:
    """Rooms behind one UDP port; every method but `run` returns without waiting."""

    def __init__(self, settings: SfuSettings, emit: Emit, tasks: Tasks) -> None:
        """Bind the port. Raises OSError."""
        self._settings = settings
        self._emit = emit
        self._tasks = tasks
        self._mux, self._make_publisher = open_port(settings, tasks)
        self._tcp = self._tcp_door()
        self._rooms: dict[str, Room] = {}
        self._generation = time.time_ns() // 1_000_000
        self._found: tuple[str, ...] = ()
        self._found_at = -ADDRESSES_SECONDS
        self._late = 0.0
        self._pulse = Pulse()
        self._draining = False

    @property
    def port(self) -> int:
        """The UDP port."""
        return self._mux.port

    @property
    def native(self) -> bool:
        """Whether the compiled packet loop forwards."""
        return isinstance(self._mux, LoopMux)

    def start(self) -> None:
        """Serve from now on."""
        self._mux.start()
        if self._tcp is not None:
            self._tasks.once("media by tcp", self._tcp.open())
        self._tasks.start("media clock", self._run)

    async def close(self) -> None:
        """End every connection, let each say farewell, and give the port back."""
        for name in list(self._rooms):
            self.close_room(name)
        await asyncio.sleep(0)  # a farewell is one step of a task that is already scheduled
        if self._tcp is not None:
            self._tcp.close()
        self._mux.close()

    # --- what the engine asks ----------------------------------------------------------------

    def join(self, room: str, seat: str) -> int:
        """Take the seat afresh; return the new generation."""
        self._now()
        place = self._rooms.setdefault(room, Room())
        before = place.participants.get(seat)
        if before is not None:
            before.lose("replaced")
            self._rooms[room] = place  # it may have been forgotten as empty
        elif len(place.participants) >= MOST_SEATS:
            raise Unavailable("This room is full.")
        self._generation = max(self._generation + 1, time.time_ns() // 1_000_000)
        participant = Participant(
            room,
            seat,
            self._generation,
            self._mux,
            self._addresses,
            self._emit,
            self._left,
            self._make_publisher,
        )
        place.enter(participant)
        self._mux.outgoing.flush()
        return participant.generation

    def publish(self, room: str, seat: str, generation: int, sdp: str) -> str:
        """Answer the browser's offer. Raises Invalid, NotFound."""
        self._now()
        participant = self._participant(room, seat, generation)
        answer, ended = participant.publish(sdp)
        self._rooms[room].published(participant, ended)
        self._mux.outgoing.flush()
        return answer

    def answer(self, room: str, seat: str, generation: int, version: int, sdp: str) -> None:
        """Take the browser's answer. Raises Invalid, NotFound."""
        self._now()
        self._participant(room, seat, generation).subscriber.answer(version, sdp)
        self._mux.outgoing.flush()

    def look(self, room: str, seat: str, generation: int, sights: Sequence[Sight]) -> None:
        """Take how large the seat sees pictures. Raises NotFound."""
        self._now()
        participant = self._participant(room, seat, generation)
        participant.subscriber.pictures.look({(one.seat, one.kind): one.height for one in sights})
        self._rooms[room].share()
        self._mux.outgoing.flush()

    def set_audience(self, room: str, audience: Audience) -> None:
        """Replace the room's matrix."""
        self._now()
        self._rooms.setdefault(room, Room()).set_audience(audience)
        self._forget_empty(room)
        self._mux.outgoing.flush()

    def leave(self, room: str, seat: str, generation: int | None = None) -> None:
        """Empty the seat; with a generation only if it is still that one."""
        place = self._rooms.get(room)
        participant = place.participants.get(seat) if place is not None else None
        if participant is not None and generation in (None, participant.generation):
            self._now()
            participant.lose("removed")
            self._mux.outgoing.flush()

    def close_room(self, room: str) -> None:
        """Empty every seat and forget the matrix."""
        place = self._rooms.pop(room, None)
        if place is not None:
            for participant in list(place.participants.values()):
                participant.lose("removed")

    def drain(self) -> None:
        """Ask for a successor: say from now on that no new room should come here."""
        if not self._draining:
            self._draining = True
            log.info("media_process_drains", port=self.port, count=len(self._rooms))

    def load(self) -> dict[str, Any]:
        """Return what placement needs, cheap enough for every second; see Pulse."""
        return {
            "rooms": len(self._rooms),
            "seats": sum(len(room.participants) for room in self._rooms.values()),
            "cpu_share": round(self._pulse.share, 3),
            "clock_late_p95_milliseconds": round(self._pulse.late * 1000, 1),
            "draining": self._draining,
            "native": self.native,
        }

    def statistics(self) -> dict[str, Any]:
        """Return load, counters and sizes."""
        mux = self._mux
        return {
            **self.load(),
            "connections": mux.connections,
            "tasks": len(self._tasks),
            "sent": mux.outgoing.sent,
            "refused": mux.outgoing.refused,
            "lost_in_buffer": mux.lost_in_buffer(),
            "clock_late_milliseconds": round(self._late * 1000, 1),
            "cpu_seconds": time.process_time(),
            **mux.counters.report(),
            "participants": [
                {"room": name, **participant.report(mux.outgoing.now)}
                for name, room in self._rooms.items()
                for participant in room.participants.values()
            ],
            "streams": [
                {"room": name, **stream}
                for name, room in self._rooms.items()
                for participant in room.participants.values()
                for stream in participant.streams()
            ],
        }

    # --- inside --------------------------------------------------------------------------------

    def _participant(self, room: str, seat: str, generation: int) -> Participant:
        place = self._rooms.get(room)
        participant = place.participants.get(seat) if place is not None else None
        if participant is None or participant.generation != generation:
            raise NotFound("This seat was taken over or released.")
        return participant

    def _left(self, participant: Participant) -> None:
        place = self._rooms.get(participant.room)
        if place is not None:
            place.remove(participant)
            self._forget_empty(participant.room)

    def _forget_empty(self, room: str) -> None:
        if self._rooms[room].empty:
            del self._rooms[room]

    def _tcp_door(self) -> TcpDoor | None:
        settings = self._settings
        if settings.tcp_port is None:
            return None
        wild = settings.host in EVERY
        inner = ("127.0.0.1" if wild else settings.host, self._mux.port)
        try:
            return TcpDoor(
                "" if wild else settings.host, settings.tcp_port, inner, self._mux.counters
            )
        except OSError:
            self._mux.close()
            raise

    def _addresses(self) -> tuple[tuple[str, ...], int, int]:
        now = time.monotonic()
        if now - self._found_at > ADDRESSES_SECONDS:
            self._found_at = now
            self._found = self._reachable()
        return self._found, self._mux.port, self._tcp.port if self._tcp is not None else 0

    def _reachable(self) -> tuple[str, ...]:
        settings = self._settings
        if not settings.addresses:
            return self._local()
        told: dict[str, None] = {}
        for host in settings.addresses:
            told |= dict.fromkeys(self._local() if host == LOCAL else (host,))
        return tuple(told)

    def _local(self) -> tuple[str, ...]:
        settings = self._settings
        if settings.host not in EVERY:
            return (settings.host,)
        hosts = local_addresses(settings.loopback)
        return tuple(host for host in hosts if self._mux.has_ipv6 or ":" not in host)

    def _now(self) -> None:
        self._mux.outgoing.begin(time.monotonic_ns())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        ticks, due = 0, loop.time()
        while True:
            due = max(due + TICK_SECONDS, loop.time())
            await asyncio.sleep(due - loop.time())
            late = loop.time() - due
            self._late = max(late, self._late * 0.95)
            self._pulse.rang(late)
            if ticks % TICKS_PER_SECOND == 0:
                self._pulse.mark(time.monotonic(), time.process_time())
            ticks += 1
            self._tick(ticks)

    def _tick(self, ticks: int) -> None:
        self._now()
        now = self._mux.outgoing.now
        participants = [
            participant
            for room in self._rooms.values()
            for participant in room.participants.values()
        ]
        for number, participant in enumerate(participants):
            turn = ticks + number  # spread over the second
            try:
                _tick_participant(participant, now, turn)
            except Exception:  # noqa: BLE001 - one seat's fault must not stop the clock of all
                log.exception("clock_fault", room=participant.room, seat=participant.seat)
                participant.lose("failed")
        for number, room in enumerate(list(self._rooms.values())):
            room.tick(now, (ticks + number) % TICKS_PER_SECOND == 0)
        self._mux.outgoing.flush()


def _tick_participant(participant: Participant, now: int, turn: int) -> None:
    second = turn % TICKS_PER_SECOND == 0
    publisher = participant.publisher
    if second:
        participant.look(now)
    if publisher is not None:
        publisher.tick(now)
        if turn % TICKS_PER_REFILL == 0:
            publisher.refill(now, TICKS_PER_REFILL * TICK_SECONDS)
        if second:
            publisher.tick_second(now)
    if second and not participant.closed:
        participant.subscriber.tick_second(now)
