"""What a browser says of a self-test, and what that means for the visit (pure)."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

from pydantic import Field

from rounds.web.request import Body

MOST_KILOBITS = 1_000_000
VOICE_KILOBITS, PICTURE_KILOBITS = 80, 300
"""Kilobits a second each way below which no voice, or no picture, gets through well."""
SLOW_MILLISECONDS, LOSSY_PERMILLE = 500, 50
"""As connections are judged in a call: over half a second there and back, over 5 % lost."""

Cause = Literal[
    "",
    "off",
    "denied",
    "once",
    "dismissed",
    "system",
    "in_use",
    "none",
    "insecure",
    "unsupported",
    "lost",
    "unknown",
]
"""Why a device is not there: empty when it is, `off` when its owner does without."""
DOES_WITHOUT = frozenset({"", "off"})


class Result(StrEnum):
    """What staff see of it: a green, an amber or a red light."""

    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"


class Concern(StrEnum):
    """What is the matter, most serious first; the words are in `visits/views/words.py`."""

    NO_MICROPHONE = "no_microphone"
    NO_LINE = "no_line"
    NO_MEDIA = "no_media"
    NO_VOICE = "no_voice"
    TOO_SLOW = "too_slow"
    NO_CAMERA = "no_camera"
    NO_PICTURE = "no_picture"
    LISTENS = "listens"
    SLOW = "slow"
    FAR = "far"
    LOSSY = "lossy"
    NO_RELAY = "no_relay"
    NO_UDP = "no_udp"
    UNTRIED = "untried"


class Report(Body):
    """Outcomes of the steps and a few numbers: no address, no device, no name of a network.

    `socket` is how signals travel, empty when they do not; `path` and `protocol` how sound and
    picture do (`untried` when the server had no room for the test). `voice` and `picture` say
    whether one's own came back through the forwarding unit, `relay` whether it gave an address;
    None where that was not tried. `round_trip` is in milliseconds, `lost` in packets of a thousand,
    `up` and `down` in kilobits a second, `seconds` how long it all took.
    """

    microphone: Cause = ""
    camera: Cause = ""
    socket: Literal["", "websocket", "polling"] = ""
    path: Literal["", "host", "relay", "untried"] = ""
    protocol: Literal["", "udp", "tcp", "tls"] = ""
    relay: bool | None = None
    voice: bool | None = None
    picture: bool | None = None
    round_trip: int | None = Field(None, ge=0, le=60_000)
    lost: int | None = Field(None, ge=0, le=1000)
    up: int | None = Field(None, ge=0, le=MOST_KILOBITS)
    down: int | None = Field(None, ge=0, le=MOST_KILOBITS)
    seconds: int = Field(0, ge=0, le=120)


GRAVE = frozenset(
    {
        Concern.NO_MICROPHONE,
        Concern.NO_LINE,
        Concern.NO_MEDIA,
        Concern.NO_VOICE,
        Concern.TOO_SLOW,
    }
)
HARMLESS = frozenset({Concern.NO_UDP, Concern.NO_RELAY})
"""Worth knowing on the telephone; the visit works all the same."""


def concerns(report: Report) -> list[Concern]:
    """Return what is the matter, most serious first."""
    found = {*_devices(report), *_ways(report), *_paces(report)}
    return [one for one in Concern if one in found]


def result(report: Report) -> Result:
    """Return the light: red when the person could not be heard, amber when it may be hard."""
    found = set(concerns(report)) - HARMLESS
    if found & GRAVE:
        return Result.BAD
    return Result.WEAK if found else Result.GOOD


def _devices(report: Report) -> Iterator[Concern]:
    if report.microphone not in DOES_WITHOUT:
        yield Concern.NO_MICROPHONE
    elif report.microphone == "off":
        yield Concern.LISTENS
    if report.camera not in DOES_WITHOUT:
        yield Concern.NO_CAMERA


def _ways(report: Report) -> Iterator[Concern]:
    if report.socket == "":
        yield Concern.NO_LINE
    if report.path == "untried":
        yield Concern.UNTRIED
    elif report.path == "":
        yield Concern.NO_MEDIA
    else:
        if report.voice is False:
            yield Concern.NO_VOICE
        if report.picture is False:
            yield Concern.NO_PICTURE
        if report.path == "relay" or report.protocol in ("tcp", "tls"):
            yield Concern.NO_UDP
    if report.relay is False:
        yield Concern.NO_RELAY


def _paces(report: Report) -> Iterator[Concern]:
    slowest = min((one for one in (report.up, report.down) if one is not None), default=None)
    if slowest is not None and slowest < VOICE_KILOBITS:
        yield Concern.TOO_SLOW
    elif slowest is not None and slowest < PICTURE_KILOBITS:
        yield Concern.SLOW
    if report.round_trip is not None and report.round_trip > SLOW_MILLISECONDS:
        yield Concern.FAR
    if report.lost is not None and report.lost > LOSSY_PERMILLE:
        yield Concern.LOSSY
