"""Who speaks: the loudest voice of the last moments, held so that a cough changes nothing."""

from collections.abc import Mapping

SMOOTHING = 0.2
"""Weight of a new moment, twenty times a second: a syllable counts, a click does not."""
AUDIBLE = 70
"""Loudness from which a voice counts: 57 dB below full scale, as browsers measure quiet speech."""
LOUDER = 6
"""By so many dB another voice must be the louder one …"""
HOLD = 1_500_000
"""… for so many microseconds, until it takes over."""


class ActiveSpeaker:
    """One room's speaker; "" while nobody has spoken."""

    __slots__ = ("_levels", "_rival", "_since", "seat")

    def __init__(self) -> None:
        """Begin silent."""
        self.seat = ""
        self._levels: dict[str, float] = {}
        self._rival, self._since = "", 0

    def hear(self, loudness: Mapping[str, int], now: int) -> None:
        """Take the loudness (0 to 127) of every seat at `now` (µs)."""
        levels = self._levels
        self._levels = {
            seat: levels.get(seat, 0.0) + SMOOTHING * (level - levels.get(seat, 0.0))
            for seat, level in loudness.items()
        }
        if not self._levels:
            return
        loudest = max(self._levels, key=lambda seat: self._levels[seat])
        mine = self._levels.get(self.seat, 0.0)
        if self._levels[loudest] < AUDIBLE or loudest == self.seat:
            self._rival = ""
        elif not mine:
            self.seat, self._rival = loudest, ""
        elif self._levels[loudest] < mine + LOUDER:
            self._rival = ""
        elif loudest != self._rival:
            self._rival, self._since = loudest, now
        elif now - self._since >= HOLD:
            self.seat, self._rival = loudest, ""
