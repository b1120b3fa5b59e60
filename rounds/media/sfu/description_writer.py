"""SDP that we send: the answer to a sending connection, the offer of a receiving one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rounds.media.sfu.description import MediaLine, Offer
from rounds.media.sfu.rtp import LEVEL_ID, OPUS, RTX, SEND_TIME_ID, VP8

LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT_WIDE_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
TAKEN_URIS = (MID_URI, LEVEL_URI, TRANSPORT_WIDE_URI)
"""Extensions we ask a sender for; transport-wide numbers feed its own bandwidth estimate."""

HOST_PRIORITY = 126 << 24 | 255
"""RFC 8445 §5.1.2.1: a host candidate of component 1; each address a little less than the last."""


TCP_PRIORITY = 1 << 24 | 255
"""Below every way by UDP, even through a relay (browsers give those 2 << 24): on TCP a lost packet
holds up all that follow it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and as whom we are reached."""

    ufrag: str
    password: str
    fingerprint: str
    addresses: tuple[str, ...]
    port: int
    tcp_port: int = 0
    """For networks that let no UDP out; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of an offer: what is sent on it, or nothing (`name` empty).

    Tracks with the same `name` are played in step.
    """

    mid: str
    kind: str
    name: str
    ssrc: int
    rtx_ssrc: int


def write_answer(offer: Offer, taken: Iterable[str], place: Place) -> str:
    """Answer a sending connection; lines whose mid is not in `taken` become inactive."""
    mids = [media.mid for media in offer.media if not media.rejected]
    lines, takes = _head(mids, 1), set(taken)
    for media in offer.media:
        if media.rejected:
            lines += [f"m={media.kind} 0 UDP/TLS/RTP/SAVPF 0", "c=IN IP4 0.0.0.0"]
            lines += [f"a=mid:{media.mid}", "a=inactive"]
            continue
        payloads = [media.payload] + ([media.repair] if media.repair >= 0 else [])
        lines.append(_media(media.kind, payloads))
        lines += _transport(place, "passive")
        lines += [f"a=mid:{media.mid}"]
        lines.append("a=recvonly" if media.mid in takes else "a=inactive")
        lines += [
            f"a=extmap:{number} {uri}"
            for uri, number in media.extensions.items()
            if uri in TAKEN_URIS
        ]
        lines += _codec(media, payloads, ("transport-cc",))
    return "\r\n".join(lines) + "\r\n"


def write_offer(slots: Sequence[Slot], version: int, place: Place) -> str:
    """Offer a receiving connection its lines; an empty one is inactive and may be used later."""
    lines = _head([slot.mid for slot in slots], version)
    for slot in slots:
        payloads = [OPUS] if slot.kind == "audio" else [VP8, RTX]
        lines.append(_media(slot.kind, payloads))
        lines += _transport(place, "actpass")
        lines += [f"a=mid:{slot.mid}", "a=sendonly" if slot.name else "a=inactive"]
        lines.append(f"a=extmap:{SEND_TIME_ID} {SEND_TIME_URI}")
        if slot.kind == "audio":
            lines.append(f"a=extmap:{LEVEL_ID} {LEVEL_URI}")
        media = MediaLine(slot.kind, rejected=False)
        lines += _codec(media, payloads, ("goog-remb",) if slot.kind == "video" else ())
        if slot.name:
            lines += _sources(slot)
    return "\r\n".join(lines) + "\r\n"


def _head(mids: Sequence[str], version: int) -> list[str]:
    return [
        "v=0",
        f"o=- 1 {version} IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        " ".join(["a=group:BUNDLE", *mids]),
        "a=ice-lite",
        "a=msid-semantic:WMS *",
    ]


def _media(kind: str, payloads: Sequence[int]) -> str:
    return f"m={kind} 9 UDP/TLS/RTP/SAVPF {' '.join(map(str, payloads))}"


def _transport(place: Place, setup: str) -> list[str]:
    candidates = [
        f"a=candidate:{number + 1} 1 udp {HOST_PRIORITY + (65535 - number << 8)} "
        f"{host} {place.port} typ host"
        for number, host in enumerate(place.addresses)
    ]
    if place.tcp_port:
        candidates += [
            f"a=candidate:{len(place.addresses) + number + 1} 1 tcp "
            f"{TCP_PRIORITY + (65535 - number << 8)} {host} {place.tcp_port} typ host "
            "tcptype passive"
            for number, host in enumerate(place.addresses)
        ]
    return [
        "c=IN IP4 0.0.0.0",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        f"a=ice-ufrag:{place.ufrag}",
        f"a=ice-pwd:{place.password}",
        f"a=fingerprint:sha-256 {place.fingerprint}",
        f"a=setup:{setup}",
        *candidates,  # on every line: some peers read the first's only, aiortc the last's
        "a=end-of-candidates",
    ]


def _codec(media: MediaLine, payloads: Sequence[int], feedback: Sequence[str]) -> list[str]:
    payload = payloads[0]
    if media.kind == "audio":
        lines = [
            f"a=rtpmap:{payload} opus/48000/2",
            f"a=fmtp:{payload} minptime=10;useinbandfec=1;usedtx=1",
        ]
        return lines + [f"a=rtcp-fb:{payload} {each}" for each in feedback]
    lines = [f"a=rtpmap:{payload} VP8/90000"]
    for each in ("nack", "nack pli", "ccm fir", *feedback):
        lines.append(f"a=rtcp-fb:{payload} {each}")
    for repair in payloads[1:]:
        lines += [f"a=rtpmap:{repair} rtx/90000", f"a=fmtp:{repair} apt={payload}"]
    return lines


def _sources(slot: Slot) -> list[str]:
    lines = [f"a=msid:{slot.name} {slot.name}-{slot.mid}"]
    if slot.kind == "video":
        lines.append(f"a=ssrc-group:FID {slot.ssrc} {slot.rtx_ssrc}")
    lines.append(f"a=ssrc:{slot.ssrc} cname:{slot.name}")
    if slot.kind == "video":
        lines.append(f"a=ssrc:{slot.rtx_ssrc} cname:{slot.name}")
    return lines
