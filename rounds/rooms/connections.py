"""How everybody's connection is now, and what is to be written down of it: in memory (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rounds.rooms.figures import Key, SeatFigures, Span, between, read_figures
from rounds.rooms.quality import GOOD, Quality, Steady, Verdict, is_broken, judge
from rounds.rooms.reporting import Heard, Report
from rounds.rooms.tally import Tally

DOUBT = 12.0
"""Seconds in which a browser's next report may still tell of what somebody else had lost."""
REPORT_HOLDS = 25.0
"""Seconds for which what a browser counted is believed to go on."""
MISSED_AT_MOST = 30.0
"""Seconds of absence that count as lost; whoever is away for longer has gone."""

REMEMBERED = 600.0
"""Seconds of absence after which somebody is forgotten here."""


@dataclass(slots=True)
class Connection:
    """One seat's connection; `heard_at` is when its browser last told what it counted.

    `doubted_at` is when somebody else of the room last lost what they sent: every browser there
    then counts broken sound, and none of them is to blame. `stood` says that it was connected
    since the person came in: until then it is being made, not missed.
    """

    steady: Steady = field(default_factory=Steady)
    tally: Tally = field(default_factory=Tally)
    before: SeatFigures | None = None
    heard: Heard | None = None
    heard_at: float = 0.0
    doubted_at: float = -DOUBT
    absent: float = 0.0
    left: bool = False
    stood: bool = False

    @property
    def is_over(self) -> bool:
        """Say whether nothing is to be remembered any more; the record says the rest."""
        return self.tally == Tally() and (self.left or self.absent > REMEMBERED)


class Connections:
    """Every seat that has had a connection since this server started, until its room is closed."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._seats: dict[Key, Connection] = {}
        self.spans: list[Span] = []
        """What happened to each seat between the last two looks."""
        self.paces: list[int] = []
        """Frames per second of the largest pictures reported since `take_paces`."""
        self.heard = Heard()
        """Everything that browsers have counted since this server started."""

    def verdict(self, room: str, seat: str) -> Verdict:
        """Return what to say of a seat's connection."""
        known = self._seats.get((room, seat))
        return known.steady.shown if known is not None else GOOD

    # --- what is told ----------------------------------------------------------------------------

    def arrived(self, room: str, seat: str, browser: str) -> None:
        """Note a connection that is begun; the next one is a reconnection unless they left."""
        known = self._seats.get((room, seat))
        if known is None:
            known = self._seats[room, seat] = Connection()
            known.tally.resumed = True
        elif not known.left:
            known.tally.reconnections += 1
        known.left = known.tally.left = False
        known.before = None
        known.absent = 0.0
        known.tally.browser = browser

    def left(self, room: str, seat: str) -> None:
        """Note that somebody went, or was sent out."""
        known = self._seats.get((room, seat))
        if known is not None:
            known.left = known.tally.left = True
            known.stood = False
            known.before = known.heard = None
            known.steady = Steady()

    def reported(self, room: str, seat: str, told: Report, heard: Heard, now: float) -> None:
        """Take what a browser counted."""
        known = self._seats.get((room, seat))
        if known is None or known.left:
            return
        doubted = now - known.doubted_at < DOUBT
        known.heard, known.heard_at = None if doubted else heard, now
        self.heard += heard
        if told.height:
            self.paces.append(told.frames_per_second)
        tally = known.tally
        tally.hear(heard)
        tally.height = max(tally.height, told.height)
        tally.codecs = tuple(sorted({*tally.codecs, *told.codecs}))
        tally.path, tally.protocol = told.path or tally.path, told.protocol or tally.protocol

    def take_paces(self) -> list[int]:
        """Return the reported frames per second, and begin anew."""
        taken, self.paces = self.paces, []
        return taken

    def look(self, statistics: Mapping[str, Any], seconds: float, now: float) -> set[str]:
        """Take the engine's statistics, `seconds` after the last; return rooms that show another.

        `now` is in seconds of the monotonic clock.
        """
        figures = read_figures(statistics)
        self.spans = []
        there: dict[Key, Span] = {}
        broken: dict[str, set[str]] = defaultdict(set)
        for (room, seat), known in self._seats.items():
            one = figures.get((room, seat))
            if known.left or one is None or not one.connected:
                continue
            span = there[room, seat] = between(known.before, one)
            if is_broken(one, span):
                broken[room].add(seat)
        changed: set[str] = set()
        for (room, seat), known in self._seats.items():
            if known.left:
                continue
            if (room, seat) not in there:
                news = _miss(known, seconds)
            else:
                if broken[room] - {seat}:
                    known.heard, known.doubted_at = None, now
                news = self._judge(known, figures[room, seat], there[room, seat], seconds, now)
            if news:
                changed.add(room)
        return changed

    def _judge(
        self, known: Connection, figures: SeatFigures, span: Span, seconds: float, now: float
    ) -> bool:
        known.before, known.absent, known.stood = figures, 0.0, True
        heard = known.heard if now - known.heard_at < REPORT_HOLDS else None
        changed = known.steady.hear(judge(figures, span, heard))
        shown = known.steady.shown
        known.tally.look(span, shown, seconds)
        # A muted microphone sends silence: what counts is that the way is open.
        known.tally.voiced |= figures.up.get("audio", (0, 0))[1] > 0
        if shown.quality is not Quality.LOST:
            self.spans.append(span)
        return changed

    # --- what is written down --------------------------------------------------------------------

    def take(self, rooms: Iterable[str] | None = None) -> dict[Key, Tally]:
        """Return what was added since the last time, of all rooms or of some; count anew."""
        wanted = None if rooms is None else set(rooms)
        taken: dict[Key, Tally] = {}
        for key, known in self._seats.items():
            if (wanted is None or key[0] in wanted) and known.tally != Tally():
                taken[key], known.tally = known.tally, Tally()
        for key in [key for key, known in self._seats.items() if known.is_over]:
            del self._seats[key]
        return taken

    def give_back(self, taken: Mapping[Key, Tally]) -> None:
        """Keep what could not be written down."""
        for key, tally in taken.items():
            self._seats.setdefault(key, Connection(left=True)).tally.give_back(tally)

    def forget(self, room: str) -> None:
        """Drop the seats of a room that is closed."""
        for key in [key for key in self._seats if key[0] == room]:
            del self._seats[key]


def _miss(known: Connection, seconds: float) -> bool:
    known.before = None
    missed = min(seconds, MISSED_AT_MOST - known.absent)
    known.absent += seconds
    if missed > 0 and known.stood:
        known.tally.miss(missed)
    # The tile says by itself that there is no picture and no sound yet.
    changed = known.steady.shown != GOOD
    known.steady = Steady()
    return changed
