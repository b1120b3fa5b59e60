"""A seat that shows its screen beside its camera, as a browser does: a second video line."""

from typing import Protocol

from rounds.bench import description
from tests.media.seat import Stream
from tests.media.wire import Wire


class Sender(Protocol):
    """Somebody with a camera and a microphone."""

    up: Wire
    audio: Stream
    video: Stream


def offer_with_screen(seat: Sender, screen: Stream) -> str:
    """Return the seat's offer with one more video line for the screen."""
    sources = seat.audio.ssrc, seat.video.ssrc, seat.video.repair
    offer = description.offer(seat.up.local, *sources)
    offer = offer.replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1 2")
    second = offer[offer.index("m=video") :].replace("a=mid:1", "a=mid:2")
    for old, new in ((seat.video.ssrc, screen.ssrc), (seat.video.repair, screen.repair)):
        second = second.replace(str(old), str(new))
    return offer + second


def offer_resting(seat: Sender, screen: Stream) -> str:
    """Return the same offer after the screen's end: its line is there and says nothing."""
    offer = offer_with_screen(seat, screen)
    at = offer.index("a=mid:2")
    return offer[:at] + offer[at:].replace("a=sendonly", "a=inactive")
