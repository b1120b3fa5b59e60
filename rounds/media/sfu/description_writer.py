"""SDP that we send: the answer to a sending connection, the offer of a receiving one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rounds.media.sfu.description import MediaLine, Offer
from rounds.media.sfu.rtp import LEVEL_ID, OPUS, RED, RTX, SEND_TIME_ID, VP8

LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT_WIDE_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
RID_URI = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_URI = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
TAKEN_URIS = (MID_URI, LEVEL_URI, TRANSPORT_WIDE_URI)
"""Extensions we ask a sender for; transport-wide numbers feed its own bandwidth estimate."""
LAYER_URIS = (RID_URI, REPAIRED_URI)
"""And of a picture in several sizes: which of them a packet belongs to."""

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
        payloads = _taken_payloads(media)
        lines.append(_media(media.kind, payloads))
        lines += _transport(place, "passive")
        lines += [f"a=mid:{media.mid}"]
        lines.append("a=recvonly" if media.mid in takes else "a=inactive")
        lines += [
            f"a=extmap:{number} {uri}"
            for uri, number in media.extensions.items()
            if uri in TAKEN_URIS or (media.rids and uri in LAYER_URIS)
        ]
        # Transport-wide feedback lets the sender find out what its line carries; with REMB we
        # can ask it for less than that.
        feedback = ("transport-cc", "goog-remb") if media.kind == "video" else ("transport-cc",)
        lines += _codec(media.kind, media.payload, payloads, feedback)
        if media.mid in takes and media.rids:
            lines += [f"a=rid:{rid} recv" for rid in media.rids]
            # A size that rests in the offer would begin if the answer did not let it rest, too.
            sizes = [f"~{rid}" if rid in media.resting else rid for rid in media.rids]
            lines.append(f"a=simulcast:recv {';'.join(sizes)}")
    return "\r\n".join(lines) + "\r\n"


def write_offer(slots: Sequence[Slot], version: int, place: Place) -> str:
    """Offer a receiving connection its lines; an empty one is inactive and may be used later."""
    lines = _head([slot.mid for slot in slots], version)
    for slot in slots:
        payloads = [OPUS, RED] if slot.kind == "audio" else [VP8, RTX]
        lines.append(_media(slot.kind, payloads))
        lines += _transport(place, "actpass")
        lines += [f"a=mid:{slot.mid}", "a=sendonly" if slot.name else "a=inactive"]
        lines.append("a=rtcp-xr:rcvr-rtt=all")  # RFC 3611 §5.1: who only receives may ask
        lines.append(f"a=extmap:{SEND_TIME_ID} {SEND_TIME_URI}")
        if slot.kind == "audio":
            lines.append(f"a=extmap:{LEVEL_ID} {LEVEL_URI}")
        feedback = ("goog-remb",) if slot.kind == "video" else ()
        lines += _codec(slot.kind, payloads[0], payloads, feedback)
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


def _taken_payloads(media: MediaLine) -> list[int]:
    """Return what we take of a line; of two for voice, the one its sender names first is sent."""
    taken = {media.payload, media.red, media.repair} - {-1}
    return sorted(taken, key=media.payloads.index)


def _codec(kind: str, payload: int, payloads: Sequence[int], feedback: Sequence[str]) -> list[str]:
    """Describe the codec and what is sent beside it: redundant audio, or repeated packets."""
    beside = [each for each in payloads if each != payload]
    if kind == "audio":
        lines = [
            f"a=rtpmap:{payload} opus/48000/2",
            f"a=fmtp:{payload} minptime=10;useinbandfec=1;usedtx=1",
        ]
        for red in beside:
            lines += [f"a=rtpmap:{red} red/48000/2", f"a=fmtp:{red} {payload}/{payload}"]
        return lines + [f"a=rtcp-fb:{payload} {each}" for each in feedback]
    lines = [f"a=rtpmap:{payload} VP8/90000"]
    for each in ("nack", "nack pli", "ccm fir", *feedback):
        lines.append(f"a=rtcp-fb:{payload} {each}")
    for repair in beside:
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
