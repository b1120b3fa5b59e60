"""How much of each picture one receiver gets: as its line carries and its page shows."""

from collections.abc import Iterable, Mapping
from typing import Literal

from rounds.media.engine import HeldTrack, Kind
from rounds.media.sfu.allocator import Wish, allocate
from rounds.media.sfu.down_track import WAY_HEADERS, DownTrack
from rounds.media.sfu.line_budget import CREEP, LATE, QUEUED, LineBudget
from rounds.media.sfu.track import Source

LARGEST = 1_200_000
"""Bit/s that a camera takes at its largest, however little it takes while it is held small."""


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
        self._octets_before = (0, 0, now)
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
        every = list(tracks)
        pictures = [track for track in every if track.source.is_video]
        before, again_before, at = self._octets_before
        again = sum(track.repeated for track in pictures)
        octets = sum(track.octets for track in pictures) + again
        asked = 0.0
        if now > at:
            self._sent = max(0, octets - before) * 8_000_000 // (now - at)
            # Who gets back what was lost reports no loss; but it was sent twice.
            asked = min(1.0, max(0, again - again_before) / max(1, octets - before))
            self._octets_before = (octets, again, now)
        awake = [track for track in pictures if track.awake]
        lost = max((track.own_loss.share for track in awake), default=0.0)
        self._arrived = int(self._sent * (1 - lost))
        longer = self._takes_longer(awake)
        self._late = longer > LATE
        if longer > QUEUED:
            voices = sum(map(_voice, every))
            self.narrowed |= self._budget.overflowed(max(lost, asked), self._sent, voices, now)
        else:
            self.narrowed |= self._budget.lost(lost, self._sent, now)
        takes = sum(max(LARGEST, track.source.rates()[-1]) for track in awake)
        self._budget.tick_second(takes, all(track.layer < 0 for track in awake), now)

    def _takes_longer(self, awake: Iterable[DownTrack]) -> float:
        """Return the seconds that a round trip takes beside the shortest."""
        trips = [track.round_trip for track in awake if track.round_trip is not None]
        if not trips:
            return 0.0
        known = trips if self._shortest is None else [*trips, self._shortest + CREEP]
        self._shortest = min(known)
        return max(trips) - self._shortest

    def share(self, tracks: Iterable[DownTrack], speaker: str) -> None:
        """Give each picture the layer that the line has room for; the speaker's comes first."""
        self.narrowed = False
        awake = [track for track in tracks if track.awake]
        for track in awake:
            if not track.source.is_video:
                track.spare(self._budget.narrow)
        pictures = [track for track in awake if track.source.is_video]
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
        rates = source.rates()
        comes = 0 if source.dark else rates[-1]
        return Wish(rates, most, track.layer, source.copies == [track], comes)


def _voice(track: DownTrack) -> int:
    """Return the bit/s that a voice takes on the way when it is said once."""
    if track.source.is_video or not track.awake:
        return 0
    said = track.rate.bits // 2 if track.red else track.rate.bits
    return said + 8 * WAY_HEADERS * track.rate.packets


def _why(track: DownTrack, wish: Wish) -> Literal["line", "unseen", "codec"]:
    if not track.playable:
        return "codec"
    return "line" if wish.most >= 0 else "unseen"


def _importance(source: Source, speaker: str) -> tuple[bool, bool, bool, str]:
    """Return what sorts pictures: a shared screen, then whoever speaks, then the others.

    A dark camera comes last of all: it takes nothing until it is on again.
    """
    return source.dark, source.kind is not Kind.SCREEN, source.seat != speaker, source.seat
