"""Who is connected now, and with what: in memory, rebuilt from heartbeats after a restart."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

AWAY_AFTER_SECONDS = 5.0


@dataclass(slots=True)
class Socket:
    """One page of one seat; `hidden` is since when nobody looks at it."""

    room: str
    seat: str
    beat: float
    hidden: float | None = None


@dataclass(slots=True)
class Devices:
    """What a seat says about its microphone and camera."""

    microphone: bool = False
    camera: bool = False
    known: bool = False
    resting: bool = False
    """Whether the person's own line has no room for the camera's picture now."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """That the host on the seat `by` asked a page to mute itself; each asking has its `mark`."""

    by: str
    mark: str


@dataclass(slots=True)
class Presence:
    """Sockets by connection id, with the time of their last heartbeat."""

    clock: Callable[[], float] = time.monotonic
    sockets: dict[str, Socket] = field(default_factory=dict)
    devices: dict[tuple[str, str], Devices] = field(default_factory=dict)
    last_seen: dict[tuple[str, str], float] = field(default_factory=dict)
    quiet: dict[tuple[str, str], Quiet] = field(default_factory=dict)
    put_away: dict[tuple[str, str], float] = field(default_factory=dict)
    """Seats whose last page went while nobody looked at it, with the time of the last look."""
    _shown: dict[str, frozenset[str]] = field(default_factory=dict)
    _began: float = 0.0

    def __post_init__(self) -> None:
        """Remember the start: nobody is called absent before they could have come back."""
        self._began = self.clock()

    def connect(self, sid: str, room: str, seat: str) -> None:
        """Note a page that came."""
        self.sockets[sid] = Socket(room, seat, self.clock())
        self.put_away.pop((room, seat), None)

    def disconnect(self, sid: str) -> None:
        """Note a page that went."""
        gone = self.sockets.pop(sid, None)
        if gone is not None:
            self.last_seen[gone.room, gone.seat] = self.clock()
            if gone.hidden is not None:
                self.put_away[gone.room, gone.seat] = gone.hidden

    def beat(self, sid: str) -> None:
        """Note a heartbeat."""
        socket = self.sockets.get(sid)
        if socket is not None:
            socket.beat = self.clock()

    def look(self, sid: str, hidden: bool) -> bool:
        """Note whether anybody looks at a page; tell whether that is news."""
        socket = self.sockets.get(sid)
        if socket is None or (socket.hidden is not None) == hidden:
            return False
        socket.hidden = self.clock() if hidden else None
        return True

    def hidden_for(self, room: str, seat: str) -> float | None:
        """Return the seconds that nobody looks at any living page of a seat; None if one does."""
        after = self.clock() - AWAY_AFTER_SECONDS
        since = [
            one.hidden
            for one in self.sockets.values()
            if (one.room, one.seat) == (room, seat) and one.beat > after
        ]
        hidden = [moment for moment in since if moment is not None]
        if not since or len(hidden) < len(since):
            return None
        return self.clock() - max(hidden)

    def background_for(self, room: str, seat: str) -> float | None:
        """Return the seconds that a seat's pages are out of sight, as a locked telephone's are.

        A page that has gone silent since counts as it was last; None if somebody looks at one.
        """
        pages = [one for one in self.sockets.values() if (one.room, one.seat) == (room, seat)]
        after = self.clock() - AWAY_AFTER_SECONDS
        since = [one.hidden for one in pages if one.beat > after] or [one.hidden for one in pages]
        if not since:
            since = [self.put_away.get((room, seat))]
        hidden = [moment for moment in since if moment is not None]
        return None if len(hidden) < len(since) else self.clock() - max(hidden)

    def announce(
        self, room: str, seat: str, microphone: bool, camera: bool, resting: bool = False
    ) -> bool:
        """Note a seat's devices; tell whether that is news."""
        told = Devices(microphone, camera, True, resting)
        news = self.devices.get((room, seat)) != told
        self.devices[room, seat] = told
        if not microphone:
            self.quiet.pop((room, seat), None)
        return news

    def ask_quiet(self, room: str, seats: Iterable[str], asked: Quiet) -> None:
        """Note that seats are asked to be quiet; not those that say they are."""
        for seat in seats:
            devices = self.of(room, seat)
            if devices.microphone or not devices.known:
                self.quiet[room, seat] = asked

    def quiet_asked(self, room: str, seat: str) -> Quiet | None:
        """Return who asked a seat to be quiet and was not followed yet."""
        return self.quiet.get((room, seat))

    def end_quiet(self, room: str, seat: str) -> None:
        """Drop what was asked of somebody who has left the call."""
        self.quiet.pop((room, seat), None)

    def of(self, room: str, seat: str) -> Devices:
        """Return what a seat said about its devices."""
        return self.devices.get((room, seat), Devices())

    def present(self, room: str) -> frozenset[str]:
        """Return the seats of a room whose heart beat within the last five seconds."""
        after = self.clock() - AWAY_AFTER_SECONDS
        return frozenset(
            one.seat for one in self.sockets.values() if one.room == room and one.beat > after
        )

    def beating(self) -> frozenset[str]:
        """Return the connections whose heart beat within the last five seconds."""
        after = self.clock() - AWAY_AFTER_SECONDS
        return frozenset(sid for sid, one in self.sockets.items() if one.beat > after)

    def absent_for(self, room: str, seat: str) -> float:
        """Return the seconds since anything was heard of a seat, or since our own start."""
        beats = [one.beat for one in self.sockets.values() if (one.room, one.seat) == (room, seat)]
        heard = max([self._began, self.last_seen.get((room, seat), 0.0), *beats])
        return self.clock() - heard

    def sids(self, room: str, seats: Iterable[str] | None = None) -> list[tuple[str, str]]:
        """Return (connection, seat) of a room, of all seats or of some."""
        wanted = None if seats is None else set(seats)
        return [
            (sid, one.seat)
            for sid, one in self.sockets.items()
            if one.room == room and (wanted is None or one.seat in wanted)
        ]

    def rooms(self) -> set[str]:
        """Return the rooms somebody is connected to."""
        return {one.room for one in self.sockets.values()}

    def changed_rooms(self) -> set[str]:
        """Return the rooms where somebody came or went since the last call."""
        changed = set()
        for room in self.rooms() | set(self._shown):
            now = self.present(room)
            if now != self._shown.get(room, frozenset()):
                changed.add(room)
            if now:
                self._shown[room] = now
            else:
                self._shown.pop(room, None)
        return changed

    def forget(self, room: str) -> None:
        """Drop what was remembered of a room that is closed."""
        for remembered in (self.devices, self.last_seen, self.quiet, self.put_away):
            for key in [key for key in remembered if key[0] == room]:
                del remembered[key]
