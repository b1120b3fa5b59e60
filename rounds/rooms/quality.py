"""How a person's connection is, in one word that does not flicker (pure)."""

from dataclasses import dataclass
from enum import StrEnum

from rounds.rooms.figures import SeatFigures, Span
from rounds.rooms.reporting import Heard

LOSS = 0.05
"""Share of packets lost from which speech is heard to break (ITU-T G.107), as the page has it."""
DELAY = 0.5
"""Seconds there and back from which people begin to talk over each other (ITU-T G.114)."""
CONCEALED = 0.10
"""Share of the sound that was made up, as the person's own browser counts it."""
FROZEN = 0.10
"""Share of the time that a picture stood still."""
ENOUGH = 20
"""Packets from which a share means something."""
SILENT = 4.0
"""Seconds without anything from somebody whose media flowed until then …"""
SILENT_ANYWAY = 10.0
"""… and from anybody: browsers let themselves be heard every 2.5 to 6 s (RFC 7675 §5.1)."""
WORSE, BETTER = 2, 4
"""Looks in a row: this many bad ones to say weak, this many good ones to say good again."""


class Quality(StrEnum):
    """How a connection is."""

    GOOD = "good"
    WEAK = "weak"
    LOST = "lost"


class Cause(StrEnum):
    """What is weak: the way to us, the way from us, or the time both take."""

    NONE = ""
    SENDING = "sending"
    RECEIVING = "receiving"
    DELAY = "delay"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word and its cause."""

    quality: Quality = Quality.GOOD
    cause: Cause = Cause.NONE


GOOD, LOST = Verdict(), Verdict(Quality.LOST)


def is_broken(now: SeatFigures, span: Span) -> bool:
    """Tell whether others get less of a person than the person sends."""
    silent = now.quiet >= SILENT and now.flowing
    return silent or (span.up_packets >= ENOUGH and span.up_loss > LOSS)


def judge(now: SeatFigures, span: Span, heard: Heard | None) -> Verdict:
    """Return how a connection was since the last look; `heard` is what its browser counted."""
    if now.quiet >= (SILENT if now.flowing else SILENT_ANYWAY):
        return LOST
    if span.up_packets >= ENOUGH and span.up_loss > LOSS:
        return Verdict(Quality.WEAK, Cause.SENDING)
    if span.down_packets >= ENOUGH and span.down_loss > LOSS:
        return Verdict(Quality.WEAK, Cause.RECEIVING)
    if heard is not None and (heard.concealment > CONCEALED or heard.stillness > FROZEN):
        return Verdict(Quality.WEAK, Cause.RECEIVING)
    if span.round_trip is not None and span.round_trip > DELAY:
        return Verdict(Quality.WEAK, Cause.DELAY)
    return GOOD


class Steady:
    """Lets a verdict stand until it has been wrong for a while."""

    __slots__ = ("_against", "shown")

    def __init__(self) -> None:
        """Begin good."""
        self.shown = GOOD
        self._against = 0

    def hear(self, heard: Verdict) -> bool:
        """Take the verdict of one look; return whether another one is shown now."""
        shown = self.shown
        if heard == shown:
            self._against = 0
            return False
        if heard.quality is Quality.LOST:
            next_one = heard  # the silence was long enough
        elif shown.quality is Quality.LOST:
            next_one = Verdict(Quality.WEAK, heard.cause)  # it has to prove itself first
        else:
            self._against += 1
            if self._against < (BETTER if heard == GOOD else WORSE):
                return False
            next_one = heard
        self.shown, self._against = next_one, 0
        return True
