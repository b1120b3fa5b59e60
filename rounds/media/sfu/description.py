"""SDP that browsers send (RFC 8866, RFC 8829): read strictly, within bounds.

Candidates are not read at all: nothing a client writes is ever dialled.
"""

import re
from dataclasses import dataclass, field

from rounds.kernel.errors import Invalid
from rounds.media.sfu import h264, vp8
from rounds.media.sfu.codec import Codec
from rounds.media.sfu.rtp import OPUS

LARGEST = 64 * 1024
MOST_LINES = 4000
MOST_MEDIA = 32
MOST_SOURCES = 8
"""Sources kept of one media line; a browser names two, or none where there are several sizes."""
MOST_LAYERS = 3

UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
FINGERPRINT = re.compile(r"(?i:sha-256) ((?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})")
MID = re.compile(r"[A-Za-z0-9_.+-]{1,32}")
RID = re.compile(r"[A-Za-z0-9_-]{1,16}")
NUMBER = re.compile(r"[0-9]{1,10}")
KINDS = ("audio", "video")
VOICE = "opus/48000/2"
PICTURES: tuple[Codec, ...] = (vp8, h264)
"""The preferred first: every browser decodes both (RFC 7742 §5), some devices code only H.264."""
DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")


@dataclass(slots=True)
class MediaLine:
    """One m-line, reduced to what we use of it."""

    kind: str
    rejected: bool
    mid: str = ""
    direction: str = "sendrecv"
    rtcp_mux: bool = False
    payloads: tuple[int, ...] = ()
    codecs: dict[int, str] = field(default_factory=dict)
    formats: dict[int, str] = field(default_factory=dict)
    extensions: dict[str, int] = field(default_factory=dict)
    sources: list[int] = field(default_factory=list)
    repairs: dict[int, int] = field(default_factory=dict)
    """SSRC of the repeated packets -> SSRC they repeat (RFC 5576 FID)."""
    rids: tuple[str, ...] = ()
    """What is sent in several sizes, the smallest first (RFC 8853); empty for one size."""
    resting: frozenset[str] = frozenset()
    """Those of them that the browser does not send yet."""

    @property
    def sends(self) -> bool:
        """Whether the client sends on this line."""
        return not self.rejected and self.direction in ("sendrecv", "sendonly")

    @property
    def payload(self) -> int:
        """Payload type of the codec we forward, -1 if the line has none."""
        if self.kind == "audio":
            return next((one for one in self.payloads if self.codecs.get(one) == VOICE), -1)
        return self._best(self.codec)

    @property
    def codec(self) -> Codec:
        """The codec of its picture that we forward; the preferred one if the line has none."""
        return next((codec for codec in PICTURES if self._best(codec) >= 0), PICTURES[0])

    def _best(self, codec: Codec) -> int:
        """Return the payload type of that codec's form that suits us most, -1 without one."""
        fits = {
            payload: codec.fit(self.formats.get(payload, ""))
            for payload in self.payloads
            if self.codecs.get(payload) == codec.NAME.lower()
        }
        best = max(fits, key=fits.__getitem__, default=-1)
        return best if fits.get(best) else -1

    @property
    def red(self) -> int:
        """Payload type of redundant audio (RFC 2198 §5), -1 if the line has none we take.

        Its blocks must be Opus under our own number, for they are forwarded as they came.
        """
        if self.payload == OPUS:
            for payload in self.payloads:
                blocks = set(self.formats.get(payload, "").split("/"))
                if self.codecs.get(payload) == "red/48000/2" and blocks == {str(OPUS)}:
                    return payload
        return -1

    @property
    def repair(self) -> int:
        """Payload type of RTX for that codec, -1 if the line has none."""
        wanted = f"apt={self.payload}"
        for payload in self.payloads:
            if self.codecs.get(payload) == "rtx/90000" and self.formats.get(payload) == wanted:
                return payload
        return -1


@dataclass(slots=True)
class Offer:
    """A description whose lines share one transport."""

    ufrag: str = ""
    password: str = ""
    fingerprint: str = ""
    setup: str = ""
    bundle: tuple[str, ...] = ()
    media: list[MediaLine] = field(default_factory=list)


def read_offer(sdp: str) -> Offer:
    """Read the offer of a sending connection. Raises Invalid for what we do not take."""
    offer = _read(sdp)
    if offer.setup not in ("actpass", "active"):
        raise Invalid("The description leaves us no DTLS role we play.")
    return offer


def read_answer(sdp: str, mids: tuple[str, ...]) -> Offer:
    """Read the answer to an offer of ours with these mids. Raises Invalid."""
    answer = _read(sdp)
    if answer.setup != "active":
        raise Invalid("The answer must take the active DTLS role.")
    if tuple(media.mid for media in answer.media) != mids:
        raise Invalid("The answer does not match the offer.")
    return answer


def _read(sdp: str) -> Offer:
    if len(sdp) > LARGEST:
        raise Invalid("The description is too long.")
    lines = sdp.split("\n")
    if len(lines) > MOST_LINES or lines[0].strip() != "v=0":
        raise Invalid("This is no session description.")
    found = Offer()
    for line in lines:
        _read_line(found, line.rstrip("\r"))
    _check(found)
    return found


def _read_line(found: Offer, line: str) -> None:
    if line.startswith("m="):
        if len(found.media) >= MOST_MEDIA:
            raise Invalid("The description has too many media lines.")
        found.media.append(_read_media(line[2:]))
        return
    if not line.startswith("a="):
        return
    name, _, value = line[2:].partition(":")
    if name in _TRANSPORT:
        _TRANSPORT[name](found, value)
    elif found.media and name in _MEDIA:
        _MEDIA[name](found.media[-1], value)
    elif found.media and name in DIRECTIONS:
        found.media[-1].direction = name


def _read_media(value: str) -> MediaLine:
    kind, port, profile, *payloads = [*value.split(" "), "", "", ""][: 3 + 64]
    if kind not in KINDS or profile != "UDP/TLS/RTP/SAVPF" or not NUMBER.fullmatch(port):
        raise Invalid("Only audio and video over DTLS are taken.")
    numbers = tuple(_number(payload, 127) for payload in payloads if payload)
    return MediaLine(kind, rejected=int(port) == 0, payloads=numbers)


def _number(text: str, most: int) -> int:
    if not NUMBER.fullmatch(text) or int(text) > most:
        raise Invalid("A number in the description is out of range.")
    return int(text)


def _matched(pattern: re.Pattern[str], text: str, what: str) -> str:
    match = pattern.fullmatch(text)
    if match is None:
        raise Invalid(f"The description's {what} is malformed.")
    return match.group(match.re.groups)


def _same(old: str, new: str, what: str) -> str:
    if old and old != new:
        raise Invalid(f"The description has more than one {what}.")
    return new


def _read_ufrag(found: Offer, value: str) -> None:
    found.ufrag = _same(found.ufrag, _matched(UFRAG, value, "ICE user name"), "ICE user name")


def _read_password(found: Offer, value: str) -> None:
    password = _matched(PASSWORD, value, "ICE password")
    found.password = _same(found.password, password, "ICE password")


def _read_fingerprint(found: Offer, value: str) -> None:
    if not value.lower().startswith("sha-256 "):
        return
    fingerprint = _matched(FINGERPRINT, value, "fingerprint").upper()
    found.fingerprint = _same(found.fingerprint, fingerprint, "fingerprint")


def _read_setup(found: Offer, value: str) -> None:
    found.setup = _same(found.setup, value, "DTLS role")


def _read_group(found: Offer, value: str) -> None:
    semantics, *mids = value.split(" ")
    if semantics == "BUNDLE":
        found.bundle = tuple(mids[:MOST_MEDIA])


def _read_mid(media: MediaLine, value: str) -> None:
    media.mid = _matched(MID, value, "media identification")


def _read_codec(media: MediaLine, value: str) -> None:
    payload, _, codec = value.partition(" ")
    media.codecs[_number(payload, 127)] = codec.strip().lower()


def _read_format(media: MediaLine, value: str) -> None:
    payload, _, parameters = value.partition(" ")
    media.formats[_number(payload, 127)] = parameters.strip()


def _read_extension(media: MediaLine, value: str) -> None:
    number, _, rest = value.partition(" ")
    name = _number(number.partition("/")[0], 255)
    if 1 <= name <= 14 and len(media.extensions) < 32:
        media.extensions[rest.split(" ")[0]] = name


def _read_source(media: MediaLine, value: str) -> None:
    ssrc = _number(value.partition(" ")[0], 0xFFFFFFFF)
    if ssrc not in media.sources and len(media.sources) < MOST_SOURCES:
        media.sources.append(ssrc)


def _read_source_group(media: MediaLine, value: str) -> None:
    semantics, *sources = value.split(" ")
    if semantics == "FID" and len(sources) == 2 and len(media.repairs) < MOST_SOURCES:
        primary, repair = (_number(source, 0xFFFFFFFF) for source in sources)
        media.repairs[repair] = primary


def _read_simulcast(media: MediaLine, value: str) -> None:
    """Take the sizes a picture is sent in; of alternatives the first (RFC 8853 §5.1)."""
    direction, _, streams = value.partition(" ")
    if direction != "send" or media.kind != "video":
        return
    named = [stream.partition(",")[0] for stream in streams.strip().split(";")]
    rids = [stream.removeprefix("~") for stream in named]
    if not 1 < len(rids) <= MOST_LAYERS or len(set(rids)) != len(rids):
        raise Invalid("A picture comes in one, two or three sizes.")
    media.rids = tuple(_matched(RID, rid, "layer identification") for rid in rids)
    media.resting = frozenset(stream[1:] for stream in named if stream.startswith("~"))


def _read_mux(media: MediaLine, _value: str) -> None:
    media.rtcp_mux = True


_TRANSPORT = {
    "ice-ufrag": _read_ufrag,
    "ice-pwd": _read_password,
    "fingerprint": _read_fingerprint,
    "setup": _read_setup,
    "group": _read_group,
}
_MEDIA = {
    "mid": _read_mid,
    "rtpmap": _read_codec,
    "fmtp": _read_format,
    "extmap": _read_extension,
    "simulcast": _read_simulcast,
    "ssrc": _read_source,
    "ssrc-group": _read_source_group,
    "rtcp-mux": _read_mux,
}


def _check(found: Offer) -> None:
    if not found.ufrag or not found.password or not found.fingerprint:
        raise Invalid("The description lacks its transport.")
    mids = [media.mid for media in found.media]
    if not mids or "" in mids or len(set(mids)) != len(mids):
        raise Invalid("Each media line needs an identification of its own.")
    for media in found.media:
        if media.rejected:
            continue
        if media.mid not in found.bundle or not media.rtcp_mux:
            raise Invalid("All media must be bundled, with RTCP on the same port.")
        if media.payload < 0:
            raise Invalid("Audio must be offered as Opus and video as VP8 or H.264.")
