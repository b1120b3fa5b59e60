"""What of an incoming stream is missing: when to ask again, and what to report (RFC 3550 A.3)."""

from rounds.media.sfu import rtcp

RETRY = 40_000
"""Microseconds between two requests for the same packet."""
TRIES = 10
LONGEST_GAP = 200
"""A longer gap is not asked for packet by packet; a key frame is cheaper."""
MOST_ASKED = 200


class Losses:
    """Counts, and the missing extended numbers with the time and number of requests for each."""

    __slots__ = (
        "_expected_before",
        "_first",
        "_missing",
        "_received_before",
        "_report",
        "_report_at",
        "_wanted",
        "missed",
        "received",
    )

    def __init__(self, wanted: bool) -> None:
        """Ask for missing packets only if `wanted`; a late voice helps nobody."""
        self.received = 0
        self.missed = 0
        """Packets that did not come in their turn; some come later."""
        self._wanted = wanted
        self._first = 0
        self._expected_before = self._received_before = 0
        self._missing: dict[int, tuple[int, int]] = {}
        self._report = self._report_at = 0

    def begin(self, first: int) -> None:
        """Count from this extended number on."""
        self._first = first

    def expected(self, newest: int) -> int:
        """Return how many packets there should have been up to this extended number."""
        return newest - self._first + 1

    @property
    def any(self) -> bool:
        """Whether something is missing."""
        return bool(self._missing)

    def note(self, first: int, end: int) -> bool:
        """Note that `first` up to `end` (without) are missing; False if they are not asked for."""
        self.missed += end - first
        if not self._wanted:
            return True
        if end - first > LONGEST_GAP or len(self._missing) > 2 * LONGEST_GAP:
            self._missing.clear()
            return False
        for index in range(first, end):
            self._missing[index] = (-RETRY, 0)
        return True

    def recover(self, index: int) -> bool:
        """Return whether this late packet was missing; it is no longer."""
        return self._missing.pop(index, None) is not None

    def due(self, now: int) -> list[int]:
        """Return what to ask for at `now` (µs), in order, and give up what was asked too often."""
        wanted: list[int] = []
        for index, (asked, tries) in list(self._missing.items()):
            if tries >= TRIES:
                del self._missing[index]
            elif now - asked >= RETRY and len(wanted) < MOST_ASKED:
                self._missing[index] = (now, tries + 1)
                wanted.append(index)
        return wanted

    def heard_report(self, ntp: int, now: int) -> None:
        """Keep the middle 32 bits of the sender's clock and when they came."""
        self._report, self._report_at = (ntp >> 16) & 0xFFFFFFFF, now

    def block(self, ssrc: int, newest: int, now: int) -> bytes:
        """Return the report block since the one before."""
        expected = self.expected(newest)
        due, came = expected - self._expected_before, self.received - self._received_before
        self._expected_before, self._received_before = expected, self.received
        fraction = max(0, min(255, ((due - came) << 8) // due)) if due > 0 else 0
        delay = (now - self._report_at) * 65536 // 1_000_000 if self._report else 0
        return rtcp.block(
            ssrc, fraction, expected - self.received, newest, self._report, delay & 0xFFFFFFFF
        )
