"""What is added up about one person's connection to a room, until it is written down (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rounds.rooms.figures import Span
from rounds.rooms.quality import Quality, Verdict
from rounds.rooms.records_model import ADDED
from rounds.rooms.reporting import Heard

EDGES = (10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000)
"""Upper ends of the classes of round trips, in milliseconds; one more class is above them."""
FULLEST = 99_999


@dataclass(slots=True)
class Delays:
    """How often which round trip was seen: added up over hours, it still tells median and p95."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(EDGES) + 1))

    @classmethod
    def read(cls, text: str) -> "Delays":
        """Return what `write` wrote; what does not fit counts as nothing."""
        parts = text.split(",")
        if len(parts) != len(EDGES) + 1 or not all(part.isdecimal() for part in parts):
            return cls()
        return cls([int(part) for part in parts])

    def write(self) -> str:
        """Return the counts as text, at most 101 characters."""
        return ",".join(str(min(count, FULLEST)) for count in self.counts)

    def note(self, seconds: float) -> None:
        """Count one round trip."""
        place = next((at for at, edge in enumerate(EDGES) if seconds * 1000 < edge), len(EDGES))
        self.counts[place] += 1

    def add(self, other: "Delays") -> None:
        """Add another's counts."""
        self.counts = [
            ours + theirs for ours, theirs in zip(self.counts, other.counts, strict=True)
        ]

    def quantile(self, share: float) -> int | None:
        """Return the round trip in ms that `share` of them do not pass, None without any."""
        wanted = sum(self.counts) * share
        if not wanted:
            return None
        lower, passed = 0, 0
        for edge, count in zip(EDGES, self.counts, strict=False):
            if passed + count >= wanted:
                return round(lower + (edge - lower) * (wanted - passed) / count)
            lower, passed = edge, passed + count
        return EDGES[-1]


@dataclass(slots=True)
class Tally:
    """Everything that is added, and the newest of what is not.

    `resumed` says that nobody knows whether the first connection was a reconnection: it was the
    first one since this server started. `left` says that the person went or was sent out, `voiced`
    that their voice reached us.
    """

    present_ms: int = 0
    weak_ms: int = 0
    lost_ms: int = 0
    reconnections: int = 0
    resumed: bool = False
    up_packets: int = 0
    up_lost: int = 0
    down_packets: int = 0
    down_lost: int = 0
    freezes: int = 0
    frozen_ms: int = 0
    watched_ms: int = 0
    heard_ms: int = 0
    concealed_ms: int = 0
    delays: Delays = field(default_factory=Delays)
    height: int = 0
    codecs: Sequence[str] = ()
    path: str = ""
    protocol: str = ""
    browser: str = ""
    voiced: bool = False
    left: bool = False

    def look(self, span: Span, shown: Verdict, seconds: float) -> None:
        """Add what happened since the last look."""
        passed = round(seconds * 1000)
        self.present_ms += passed
        if shown.quality is Quality.WEAK:
            self.weak_ms += passed
        elif shown.quality is Quality.LOST:
            self.lost_ms += passed
        self.up_packets += span.up_packets
        self.up_lost += span.up_lost
        self.down_packets += span.down_packets
        self.down_lost += span.down_lost
        if span.round_trip is not None:
            self.delays.note(span.round_trip)

    def miss(self, seconds: float) -> None:
        """Add time in which the person's connection was gone and had not come back."""
        self.present_ms += round(seconds * 1000)
        self.lost_ms += round(seconds * 1000)

    def give_back(self, older: "Tally") -> None:
        """Add what was taken and could not be written down."""
        for name in ADDED:
            setattr(self, name, getattr(self, name) + getattr(older, name))
        self.delays.add(older.delays)
        self.resumed = self.resumed or older.resumed
        self.height = max(self.height, older.height)
        self.codecs = self.codecs or older.codecs
        self.path, self.protocol = self.path or older.path, self.protocol or older.protocol
        self.browser = self.browser or older.browser
        self.left = self.left or older.left
        self.voiced = self.voiced or older.voiced

    def hear(self, heard: Heard) -> None:
        """Add what the person's browser counted."""
        self.freezes += heard.freezes
        self.frozen_ms += heard.frozen
        self.watched_ms += heard.watched
        self.heard_ms += heard.heard
        self.concealed_ms += heard.concealed
