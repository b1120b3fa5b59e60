"""SDP that we send: the answer to a sending connection, the offer of a receiving one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rounds.media.sfu import vp8
from rounds.media.sfu.codec import Codec
from rounds.media.sfu.description import MediaLine, Offer
from rounds.media.sfu.rtp import LEVEL_ID, OPUS, RED, SEND_TIME_ID

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

    Tracks with the same `name` are played in step. A line that the receiver has rejected stays so
    (RFC 8829 §5.2.2).
    """

    mid: str
    kind: str
    name: str
    ssrc: int
    rtx_ssrc: int
    codec: Codec = vp8
    rejected: bool = False


def write_answer(offer: Offer, taken: Iterable[str], place: Place) -> str:
    """Answer a sending connection; lines whose mid is not in `taken` become inactive."""
    mids = [media.mid for media in offer.media if not media.rejected]
    lines, takes = _head(mids, 1), set(taken)
    for media in offer.media:
        if media.rejected:
            lines += _rejected(media.kind, media.mid)
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
        if media.kind == "audio":
            lines += _voice(payloads, media.payload, feedback)
        else:
            told = media.codec.agree(media.formats.get(media.payload, ""))
            lines += _picture(media.codec.NAME, payloads, media.payload, told, feedback)
        if media.mid in takes and media.rids:
            lines += [f"a=rid:{rid} recv" for rid in media.rids]
            # A size that rests in the offer would begin if the answer did not let it rest, too.
            sizes = [f"~{rid}" if rid in media.resting else rid for rid in media.rids]
            lines.append(f"a=simulcast:recv {';'.join(sizes)}")
    return "\r\n".join(lines) + "\r\n"


def write_offer(slots: Sequence[Slot], version: int, place: Place) -> str:
    """Offer a receiving connection its lines; an empty one is inactive and may be used later."""
    lines = _head([slot.mid for slot in slots if not slot.rejected], version)
    for slot in slots:
        if slot.rejected:
            lines += _rejected(slot.kind, slot.mid)
            continue
        number = slot.codec.NUMBER
        payloads = [OPUS, RED] if slot.kind == "audio" else [number, number + 1]
        lines.append(_media(slot.kind, payloads))
        lines += _transport(place, "actpass")
        lines += [f"a=mid:{slot.mid}", "a=sendonly" if slot.name else "a=inactive"]
        lines.append("a=rtcp-xr:rcvr-rtt=all")  # RFC 3611 §5.1: who only receives may ask
        lines.append(f"a=extmap:{SEND_TIME_ID} {SEND_TIME_URI}")
        if slot.kind == "audio":
            lines.append(f"a=extmap:{LEVEL_ID} {LEVEL_URI}")
            lines += _voice(payloads, OPUS, ())
        else:
            codec = slot.codec
            lines += _picture(codec.NAME, payloads, number, codec.FORMAT, ("goog-remb",))
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


def _rejected(kind: str, mid: str) -> list[str]:
    lines = [f"m={kind} 0 UDP/TLS/RTP/SAVPF 0", "c=IN IP4 0.0.0.0"]
    return [*lines, f"a=mid:{mid}", "a=inactive"]


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


def _voice(payloads: Sequence[int], opus: int, feedback: Sequence[str]) -> list[str]:
    """Describe Opus and, where it is sent beside it, its redundant form."""
    lines = [
        f"a=rtpmap:{opus} opus/48000/2",
        f"a=fmtp:{opus} minptime=10;useinbandfec=1;usedtx=1",
    ]
    for red in payloads:
        if red != opus:
            lines += [f"a=rtpmap:{red} red/48000/2", f"a=fmtp:{red} {opus}/{opus}"]
    return lines + [f"a=rtcp-fb:{opus} {each}" for each in feedback]


def _picture(
    name: str, payloads: Sequence[int], number: int, told: str, feedback: Sequence[str]
) -> list[str]:
    """Describe a codec with its format parameters, and its repeated packets."""
    lines = [f"a=rtpmap:{number} {name}"]
    if told:
        lines.append(f"a=fmtp:{number} {told}")
    wanted = ("nack", "nack pli", "ccm fir", *feedback)
    lines += [f"a=rtcp-fb:{number} {each}" for each in wanted]
    for repair in payloads:
        if repair != number:
            lines += [f"a=rtpmap:{repair} rtx/90000", f"a=fmtp:{repair} apt={number}"]
    return lines


def _sources(slot: Slot) -> list[str]:
    lines = [f"a=msid:{slot.name} {slot.name}-{slot.mid}"]
    if slot.kind == "video":
        lines.append(f"a=ssrc-group:FID {slot.ssrc} {slot.rtx_ssrc}")
    lines.append(f"a=ssrc:{slot.ssrc} cname:{slot.name}")
    if slot.kind == "video":
        lines.append(f"a=ssrc:{slot.rtx_ssrc} cname:{slot.name}")
    return lines
