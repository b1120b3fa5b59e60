"""The client's half of SDP: what a browser would offer, answer and read (RFC 8829)."""

from dataclasses import dataclass, field

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT_WIDE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
# Numbers of our own offers.
EXTENSIONS = {MID: 1, LEVEL: 2, SEND_TIME: 3, TRANSPORT_WIDE: 4}
OPUS, RED, VP8, RTX = 111, 63, 96, 97
FEEDBACK = ("nack", "nack pli", "ccm fir", "goog-remb")


@dataclass(frozen=True)
class Local:
    """Our own side of a transport: ICE credentials and the certificate's fingerprint."""

    user: str
    password: str
    fingerprint: str


@dataclass
class Section:
    """One m-line of the other side."""

    kind: str
    formats: list[str]
    mid: str = ""
    direction: str = "sendrecv"
    codecs: dict[int, str] = field(default_factory=dict)
    parameters: dict[int, str] = field(default_factory=dict)
    extensions: dict[str, int] = field(default_factory=dict)
    ssrcs: list[int] = field(default_factory=list)
    rejected: bool = False

    def payload_type(self, codec: str) -> int:
        """Return the number agreed for a codec such as `VP8/90000`; KeyError when absent."""
        for number, name in self.codecs.items():
            if name.lower().startswith(codec.lower()):
                return number
        raise KeyError(codec)


@dataclass
class Description:
    """What the other side said about its transport and its sections."""

    user: str = ""
    password: str = ""
    fingerprint: str = ""
    setup: str = ""
    candidates: list[tuple[str, int]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


def read(text: str) -> Description:
    """Read an answer or an offer; only what a peer needs, in the form both targets write."""
    found = Description()
    section: Section | None = None
    for line in text.splitlines():
        if line.startswith("m="):
            kind, port, _, *formats = line[2:].split()
            section = Section(kind, formats, rejected=port == "0")
            found.sections.append(section)
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            _read_transport(found, name, value)
            if section is not None:
                _read_media(section, name, value)
    return found


def _read_transport(found: Description, name: str, value: str) -> None:
    if name == "ice-ufrag":
        found.user = value
    elif name == "ice-pwd":
        found.password = value
    elif name == "fingerprint" and value.lower().startswith("sha-256 "):
        found.fingerprint = value.split()[1]
    elif name == "setup":
        found.setup = value
    elif name == "candidate":
        parts = value.split()
        where = (parts[4], int(parts[5]))
        if parts[2].lower() == "udp" and parts[7] == "host" and where not in found.candidates:
            found.candidates.append(where)


def _read_media(section: Section, name: str, value: str) -> None:
    if name == "mid":
        section.mid = value
    elif name in ("sendrecv", "sendonly", "recvonly", "inactive"):
        section.direction = name
    elif name == "extmap":
        number, uri = value.split()[:2]
        section.extensions[uri] = int(number.partition("/")[0])
    elif name == "ssrc":
        section.ssrcs.append(int(value.split(maxsplit=1)[0]))
    elif name in ("rtpmap", "fmtp"):
        number, _, rest = value.partition(" ")
        (section.codecs if name == "rtpmap" else section.parameters)[int(number)] = rest


def _transport(local: Local, setup: str) -> list[str]:
    return [
        "c=IN IP4 0.0.0.0",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        f"a=ice-ufrag:{local.user}",
        f"a=ice-pwd:{local.password}",
        "a=ice-options:trickle",
        f"a=fingerprint:sha-256 {local.fingerprint}",
        f"a=setup:{setup}",
    ]


def _head(mids: list[str]) -> list[str]:
    return [
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(mids),
        "a=msid-semantic: WMS bench",
    ]


def offer(local: Local, audio: int, video: int, rtx: int, red: bool = False) -> str:
    """Offer to send one microphone and one camera with the given SSRCs; `red` as Chromium does."""
    lines = _head(["0", "1"])
    for mid, kind in (("0", "audio"), ("1", "video")):
        voice = f"{RED} {OPUS}" if red else f"{OPUS}"
        formats = voice if kind == "audio" else f"{VP8} {RTX}"
        lines += [f"m={kind} 9 UDP/TLS/RTP/SAVPF {formats}"]
        lines += _transport(local, "actpass")
        lines += [f"a=mid:{mid}", "a=sendonly", f"a=msid:bench {kind}"]
        lines += [
            f"a=extmap:{number} {uri}"
            for uri, number in EXTENSIONS.items()
            if kind == "audio" or uri != LEVEL
        ]
        if kind == "audio":
            if red:
                lines += [f"a=rtpmap:{RED} red/48000/2", f"a=fmtp:{RED} {OPUS}/{OPUS}"]
            lines += [f"a=rtpmap:{OPUS} opus/48000/2", f"a=rtcp-fb:{OPUS} transport-cc"]
            lines += [f"a=fmtp:{OPUS} minptime=10;useinbandfec=1", f"a=ssrc:{audio} cname:bench"]
        else:
            lines += [f"a=rtpmap:{VP8} VP8/90000"]
            lines += [f"a=rtcp-fb:{VP8} {kind}" for kind in (*FEEDBACK, "transport-cc")]
            lines += [f"a=rtpmap:{RTX} rtx/90000", f"a=fmtp:{RTX} apt={VP8}"]
            lines += [f"a=ssrc-group:FID {video} {rtx}"]
            lines += [f"a=ssrc:{video} cname:bench", f"a=ssrc:{rtx} cname:bench"]
    return "\r\n".join(lines) + "\r\n"


def answer(asked: Description, local: Local, red: bool = True, unknown: str = "") -> str:
    """Answer a server's offer: receive all it sends, with REMB and without transport-cc.

    Without `red` as a browser that knows no redundant audio; pictures of an `unknown` codec are
    rejected.
    """
    rejected = {
        section.mid
        for section in asked.sections
        if section.rejected
        or (unknown and any(codec.startswith(unknown) for codec in section.codecs.values()))
    }
    lines = _head([section.mid for section in asked.sections if section.mid not in rejected])
    for section in asked.sections:
        if section.mid in rejected:
            lines += [f"m={section.kind} 0 UDP/TLS/RTP/SAVPF 0", "c=IN IP4 0.0.0.0"]
            lines += [f"a=mid:{section.mid}", "a=inactive"]
            continue
        codecs = {
            number: codec
            for number, codec in section.codecs.items()
            if red or not codec.startswith("red/")
        }
        formats = [number for number in section.formats if int(number) in codecs]
        lines += [f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {' '.join(formats)}"]
        lines += _transport(local, "active")
        sends = section.direction in ("sendonly", "sendrecv")
        lines += [f"a=mid:{section.mid}", "a=recvonly" if sends else "a=inactive"]
        lines += [
            f"a=extmap:{number} {uri}"
            for uri, number in section.extensions.items()
            if uri != TRANSPORT_WIDE
        ]
        for number, codec in codecs.items():
            lines.append(f"a=rtpmap:{number} {codec}")
            if number in section.parameters:
                lines.append(f"a=fmtp:{number} {section.parameters[number]}")
            if codec.upper().startswith(("VP8/", "H264/")):
                lines += [f"a=rtcp-fb:{number} {kind}" for kind in FEEDBACK]
    return "\r\n".join(lines) + "\r\n"
