"""What one seat shows or says: its layers, who wants which of them, and what that asks of it."""

from collections.abc import Sequence

from rounds.media.engine import Kind
from rounds.media.sfu.codec import Codec
from rounds.media.sfu.layer import Layer
from rounds.media.sfu.track import Copy

USUAL = {1: (1_200_000,), 2: (150_000, 1_200_000), 3: (150_000, 500_000, 1_200_000)}
"""Bit/s of layers that rest, as our page asks a browser for them (static/media/peers.js)."""
SCREEN = 400_000
"""Bit/s taken for those of a screen before it is known: it comes in bursts, and little between."""
LEAST_SCREEN = 60_000
"""Bit/s it is never taken to need less than, so that scrolling finds some room."""
RISES, FALLS = 0.5, 0.1
"""Shares of the last second in what a screen is taken to need: a burst counts for some time."""
ENOUGH = 0.75
"""A picture with this share of the pixels on the screen is not seen to be smaller."""
NO_CAP = 10_000_000
"""Bit/s told to a sender whose cap is over."""


class UpTrack:
    """One or more layers of the same sound or picture, from the smallest to the largest."""

    __slots__ = ("_capped", "_needs", "copies", "kind", "layers", "seat", "told_wanted")

    def __init__(self, seat: str, kind: Kind, layers: Sequence[Layer]) -> None:
        """Belong to a seat."""
        self.seat, self.kind = seat, kind
        self.layers = layers
        for layer in layers:
            layer.several = len(layers) > 1
        self.copies: list[Copy] = []
        self._capped = 0
        """Bit/s told last, 0 for none."""
        self._needs = float(SCREEN)
        self.told_wanted = self.wanted()
        """What the sender does now: our page begins with the largest layer alone."""

    @property
    def is_video(self) -> bool:
        """Whether key frames and retransmission apply."""
        return self.kind is not Kind.AUDIO

    @property
    def codec(self) -> Codec:
        """A picture's."""
        return self.layers[0].codec

    @property
    def dark(self) -> bool:
        """Whether nothing has come for a second; a screen that stands still is seen even so."""
        if self.kind is Kind.SCREEN:
            return False
        return not any(layer.figures.rate.bits for layer in self.layers)

    def tick_second(self) -> None:
        """Learn from the last second what a screen needs."""
        if self.kind is Kind.SCREEN and self.copies and any(self.wanted()):
            bits = self.layers[-1].figures.rate.bits
            self._needs += (bits - self._needs) * (RISES if bits > self._needs else FALLS)

    def rates(self) -> list[int]:
        """Return what each layer takes in bit/s: measured, or usual where it rests.

        Of a screen it is the mean of the last seconds, so that it does not rest and go on with
        every page that is turned.
        """
        if not self.is_video:
            return [self.layers[0].figures.rate.bits]
        if self.kind is Kind.SCREEN and len(self.layers) == 1:
            return [max(LEAST_SCREEN, int(self._needs))]
        usual = USUAL[len(self.layers)]
        return [
            layer.figures.rate.bits or rate for layer, rate in zip(self.layers, usual, strict=True)
        ]

    def enough(self, height: int) -> int:
        """Return the layer that suffices for a picture of so many pixels.

        A layer that never came is taken for half as high as the next larger one.
        """
        enough, has = len(self.layers) - 1, 0
        for number in range(len(self.layers) - 1, -1, -1):
            has = self.layers[number].height or has // 2
            if has >= ENOUGH * height:
                enough = number
        return enough

    def wanted(self) -> tuple[bool, ...]:
        """Return which layers somebody wants; while nobody is there, the largest is kept ready."""
        if not self.copies:
            return (*(False,) * (len(self.layers) - 1), True)
        aims = {copy.aim for copy in self.copies}
        return tuple(number in aims for number in range(len(self.layers)))

    def cap(self) -> int:
        """Return bit/s to tell the sender now, 0 for nothing.

        Only a picture that a single person receives is capped: with more, one narrow line would
        spoil it for all; they get a smaller layer instead.
        """
        cap, before = self._asked(), self._capped
        self._capped = cap
        return NO_CAP if before and not cap else cap

    def narrows(self) -> bool:
        """Return whether the cap has become less than the sender was told, or new."""
        cap = self._asked()
        return bool(cap) and not 0 < self._capped <= cap

    def _asked(self) -> int:
        return self.copies[0].cap if self.is_video and len(self.copies) == 1 else 0
