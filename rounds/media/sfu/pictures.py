"""How much of each picture one receiver gets: as its line carries and its page shows."""

from collections.abc import Iterable, Mapping
from typing import Literal

from rounds.media.engine import HeldTrack, Kind
from rounds.media.sfu.allocator import Wish, allocate
from rounds.media.sfu.down_track import DownTrack
from rounds.media.sfu.line_budget import CREEP, LATE, LineBudget
from rounds.media.sfu.track import Source


class Pictures:
    """Shares one receiver's line among the pictures that are open to it."""

    def __init__(self, now: int) -> None:
        """Begin at `now` (µs) without a limit, and without knowing the page."""
        self.estimate = 0
        """Bit/s the browser believes its link carries (REMB), 0 before it says so."""
        self.narrowed = False
        """Whether the line has become full since the pictures were shared last."""
        self.held: tuple[HeldTrack, ...] = ()
        """Those that rest."""
        self._budget = LineBudget()
        self._heights: dict[tuple[str, Kind], int] = {}
        self._sent = 0
        """Bit/s in the last second."""
        self._octets_before = (0, now)
        self._shortest: float | None = None
        """Seconds of the shortest round trip."""
        self._late = False
        """Whether packets were late in the last second."""
        self._arrived = 0
        """Bit/s of pictures that were sent and not lost in it."""

    def look(self, heights: Mapping[tuple[str, Kind], int]) -> None:
        """Take how many pixels high each picture stands on the screen, 0 for not at all.

        A picture that is not named is wanted as large as it comes.
        """
        self._heights = dict(heights)

    def hear(self, estimate: int | None, now: int) -> None:
        """Take what the browser believes of its link, in bit/s."""
        if estimate is not None:
            self.estimate = estimate
            self.narrowed |= self._budget.heard(estimate, self._arrived, self._late, now)

    def measure(self, tracks: Iterable[DownTrack], now: int) -> None:
        """Take what was sent and lost of all tracks in the last second."""
        pictures = [track for track in tracks if track.source.is_video]
        before, at = self._octets_before
        octets = sum(track.octets for track in pictures)
        if now > at:
            self._sent = max(0, octets - before) * 8_000_000 // (now - at)
            self._octets_before = (octets, now)
        awake = [track for track in pictures if track.awake]
        lost = max((track.own_loss.share for track in awake), default=0.0)
        self._arrived = int(self._sent * (1 - lost))
        self._late = self._takes_longer(awake)
        self.narrowed |= self._budget.lost(lost, self._sent, now)
        self._budget.tick_second(sum(track.source.rates()[-1] for track in awake), now)

    def _takes_longer(self, awake: Iterable[DownTrack]) -> bool:
        trips = [track.round_trip for track in awake if track.round_trip is not None]
        if not trips:
            return False
        known = trips if self._shortest is None else [*trips, self._shortest + CREEP]
        self._shortest = min(known)
        return max(trips) - self._shortest > LATE

    def share(self, tracks: Iterable[DownTrack], speaker: str) -> None:
        """Give each picture the layer that the line has room for; the speaker's comes first."""
        self.narrowed = False
        pictures = [track for track in tracks if track.awake and track.source.is_video]
        pictures.sort(key=lambda track: _importance(track.source, speaker))
        wishes = [self._wish(track) for track in pictures]
        held: list[HeldTrack] = []
        grants = allocate(self._budget.limit, wishes)
        for track, wish, grant in zip(pictures, wishes, grants, strict=True):
            track.cap = grant.cap
            track.choose(grant.layer)
            if grant.layer < 0:
                held.append(HeldTrack(track.source.seat, track.source.kind, _why(track, wish)))
        self.held = tuple(held)

    def _wish(self, track: DownTrack) -> Wish:
        source = track.source
        height = self._heights.get((source.seat, source.kind))
        most = len(source.layers) - 1
        if height is not None:
            most = source.enough(height) if height > 0 else -1
        if not track.playable:
            most = -1
        return Wish(source.rates(), most, track.layer, source.copies == [track])


def _why(track: DownTrack, wish: Wish) -> Literal["line", "unseen", "codec"]:
    if not track.playable:
        return "codec"
    return "line" if wish.most >= 0 else "unseen"


def _importance(source: Source, speaker: str) -> tuple[bool, bool, bool, str]:
    """Return what sorts pictures: a shared screen, then whoever speaks, then the others.

    A dark camera comes last of all: it takes nothing until it is on again.
    """
    return source.dark, source.kind is not Kind.SCREEN, source.seat != speaker, source.seat
