"""The receiving side of a run: counts, checks content and latency, answers with RTCP."""

import struct
import time
from collections import Counter
from dataclasses import dataclass, field

from pylibsrtp import Error, Session

from rounds.bench import rtcp
from rounds.bench.peer import Peer
from rounds.bench.plan import STAMP, STAMP_SIZE, Stamps

VIDEO_REPORT_EVERY, AUDIO_REPORT_EVERY = 1.0, 5.0  # seconds, as Chromium
ESTIMATE = 2_500_000  # bit/s a REMB grants per video stream: an easy network


@dataclass
class Tally:
    """What all subscribers of a run received."""

    received: int = 0
    octets: int = 0
    checked: int = 0
    corrupt: int = 0
    latencies: list[float] = field(default_factory=list)
    feedback: Counter[str] = field(default_factory=Counter)


class Receiver:
    """One subscriber during the run."""

    def __init__(
        self, peer: Peer, incoming: Session, outgoing: Session, stamps: Stamps, tally: Tally
    ) -> None:
        """Count into `tally`; `stamps` tells what stamped packets must carry."""
        self.peer, self._incoming, self._outgoing = peer, incoming, outgoing
        self._stamps, self._tally = stamps, tally
        self._videos = {
            number
            for section in peer.remote.sections
            for number, codec in section.codecs.items()
            if codec.upper().startswith("VP8/")
        }
        self.streams: dict[int, rtcp.Reception] = {}
        self._sender = peer.video

    def rtp(self, datagram: memoryview) -> None:
        """Take an RTP packet; frame ends are decrypted and compared."""
        now = time.perf_counter()
        second, sequence, _, ssrc = struct.unpack_from("!xBHII", datagram)
        tally = self._tally
        tally.received += 1
        tally.octets += len(datagram)
        stream = self.streams.get(ssrc)
        if stream is None:
            video = second & 0x7F in self._videos
            stream = self.streams[ssrc] = rtcp.Reception(video, sequence, sequence)
        stream.note(sequence)
        if second & 0x80:
            self._check(bytes(datagram), now)

    def _check(self, datagram: bytes, now: float) -> None:
        tally = self._tally
        tally.checked += 1
        try:
            plain = self._incoming.unprotect(datagram)
        except Error:
            tally.corrupt += 1
            return
        if plain[-STAMP_SIZE:-4] != STAMP:
            return
        number = int.from_bytes(plain[-4:], "big")
        known = number < len(self._stamps.payloads)
        if known and plain.endswith(self._stamps.payloads[number]):
            tally.latencies.append(now - self._stamps.sent[number])
        else:
            tally.corrupt += 1

    def rtcp(self, datagram: bytes) -> None:
        """Take RTCP; sender reports are kept for the round trip in our own reports."""
        try:
            compound = self._incoming.unprotect_rtcp(datagram)
        except Error:
            self._tally.corrupt += 1
            return
        for name, part in rtcp.parts(compound):
            self._tally.feedback["down " + name] += 1
            if name == "sr":
                ssrc, stamp = rtcp.report_time(part)
                if ssrc in self.streams:
                    self.streams[ssrc].report_time = stamp
                    self.streams[ssrc].report_arrival = time.perf_counter()

    def report(self, video: bool) -> None:
        """Send what a browser sends: an RR per stream, on video with an estimate (REMB)."""
        now = time.perf_counter()
        wanted = [(ssrc, s) for ssrc, s in self.streams.items() if s.video == video]
        for place, (ssrc, stream) in enumerate(wanted):
            compound = rtcp.receiver_report(self._sender, [rtcp.block(ssrc, stream, now)])
            if video and place == 0:
                about = [ssrc for ssrc, _ in wanted]
                compound += rtcp.remb(self._sender, ESTIMATE * len(wanted), about)
            self.peer.send(self._outgoing.protect_rtcp(compound))


class FeedbackReader:
    """One publisher during the run: counts the RTCP that reaches it."""

    def __init__(self, peer: Peer, incoming: Session, tally: Tally) -> None:
        """Count into `tally`."""
        self.peer, self._incoming, self._tally = peer, incoming, tally

    def rtp(self, datagram: memoryview) -> None:
        """Count media where none belongs."""
        self._tally.feedback["up unexpected media"] += bool(datagram)

    def rtcp(self, datagram: bytes) -> None:
        """Count each packet of the compound by its kind."""
        try:
            compound = self._incoming.unprotect_rtcp(datagram)
        except Error:
            self._tally.corrupt += 1
            return
        for name, _ in rtcp.parts(compound):
            self._tally.feedback["up " + name] += 1
