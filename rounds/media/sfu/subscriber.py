"""The receiving connection of a seat: we offer, one line per track it may have."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any

from rounds.kernel.logs import get_logger
from rounds.media.engine import Kind, OfferedTrack, Reason
from rounds.media.sfu import rtcp
from rounds.media.sfu.description import MOST_MEDIA, Offer, read_answer
from rounds.media.sfu.description_writer import Place, Slot, write_offer
from rounds.media.sfu.down_track import DownTrack
from rounds.media.sfu.pictures import Pictures
from rounds.media.sfu.rtp import RED, Buffer
from rounds.media.sfu.track import Source
from rounds.media.sfu.transport import MediaPort, Transport

log = get_logger(__name__)

ANSWER_SECONDS = 15
"""An offer that is not answered for so long loses the seat; its client asks for a new ticket."""


class Line:
    """One media line; it keeps a sleeping track until another one needs the line."""

    __slots__ = ("agreed", "kind", "mid", "refused", "track")

    def __init__(self, mid: str, kind: str) -> None:
        """Begin empty."""
        self.mid, self.kind = mid, kind
        self.track: DownTrack | None = None
        self.agreed: DownTrack | None = None
        """The track the browser knows on this line."""
        self.refused = False
        """Whether the browser has rejected it: for good, it holds only what cannot be shown."""


class Subscriber:
    """Everything that goes to one seat."""

    def __init__(
        self,
        port: MediaPort,
        place: Callable[[Transport], Place],
        offered: Callable[[int, str, tuple[OfferedTrack, ...]], None],
        connected: Callable[[], None],
        lost: Callable[[Reason], None],
    ) -> None:
        """Begin with a line of each kind, so that the connection stands before the first track."""
        self.outgoing, self.counters = port.outgoing, port.counters
        self._place = place
        self._on_offered = offered
        self._on_connected = connected
        self._on_lost = lost
        self._lines = [Line("0", "audio"), Line("1", "video")]
        self._wanted: set[Source] = set()
        self._unknown: set[str] = set()
        """Codecs the browser has refused."""
        self._names: dict[tuple[str, bool], str] = {}
        self._by_ssrc: dict[int, DownTrack] = {}
        self._version = 0
        self._waiting: tuple[DownTrack | None, ...] | None = None
        self._waiting_since = 0
        self._again = False
        self.pictures = Pictures(port.outgoing.now)
        """How much of each picture passes."""
        self.transport = Transport(port, self, port.outgoing.now)

    # --- negotiation -----------------------------------------------------------------------------

    def shrink(self, wanted: Iterable[Source]) -> None:
        """Close at once whatever is not among these."""
        self._wanted &= set(wanted)
        for line in self._lines:
            if line.track is not None and line.track.source not in self._wanted:
                line.track.sleep()

    def arrange(self, wanted: Iterable[Source]) -> None:
        """Send exactly these tracks: close at once, open as soon as the browser has agreed."""
        self._wanted = set(wanted)
        self.shrink(self._wanted)
        have = {line.track.source for line in self._lines if line.track is not None}
        for source in sorted(self._wanted - have, key=lambda source: (source.seat, source.kind)):
            self._give_line(source)
        self._wake()
        if self._version == 0 or self._offered_now() != self._agreed_now():
            self.negotiate()

    def forget(self, gone: Iterable[Source]) -> None:
        """Free the lines of tracks that will not come back."""
        for source in gone:
            for line in self._lines:
                if line.track is not None and line.track.source is source:
                    self._free(line)

    def negotiate(self) -> None:
        """Offer what is arranged now; one offer is on its way at a time."""
        if self._waiting is not None:
            self._again = True
            return
        self._again = False
        self._version += 1
        self._waiting = self._offered_now()
        self._waiting_since = self.outgoing.now
        slots: list[Slot] = []
        tracks: list[OfferedTrack] = []
        for line, track in zip(self._lines, self._waiting, strict=True):
            if track is None:
                slots.append(Slot(line.mid, line.kind, "", 0, 0, rejected=line.refused))
                continue
            numbers = track.ssrc, track.rtx_ssrc, track.source.codec
            slots.append(Slot(line.mid, line.kind, track.name, *numbers))
            tracks.append(OfferedTrack(line.mid, track.source.seat, track.source.kind))
        sdp = write_offer(slots, self._version, self._place(self.transport))
        self._on_offered(self._version, sdp, tuple(tracks))

    def answer(self, version: int, sdp: str) -> None:
        """Take the answer to that offer; an answer to an older one is ignored. Raises Invalid."""
        if self._waiting is None or version != self._version:
            return
        mids = tuple(line.mid for line in self._lines[: len(self._waiting)])
        answer = read_answer(sdp, mids)
        self.transport.expect(answer.ufrag, answer.fingerprint)
        self._agree(answer, self._waiting)
        self._waiting = None
        self._wake()
        if self._again or self._offered_now() != self._agreed_now():
            self.negotiate()

    def _agree(self, answer: Offer, offered: tuple[DownTrack | None, ...]) -> None:
        for line, media, track in zip(self._lines, answer.media, offered, strict=False):
            line.refused = line.refused or media.rejected
            line.agreed = None if line.refused else track
            if track is None:
                continue
            codec = track.source.codec
            if line.kind == "video" and (line.refused or media.payload != codec.NUMBER):
                line.refused, line.agreed = True, None
                self._unknown.add(codec.NAME)
                track.refuse()
            else:
                track.agree(rtx=codec.NUMBER + 1 in media.payloads, red=media.red == RED)

    def _offered_now(self) -> tuple[DownTrack | None, ...]:
        return tuple(
            line.track
            if line.track is not None and line.track.source in self._wanted and not line.refused
            else None
            for line in self._lines
        )

    def _agreed_now(self) -> tuple[DownTrack | None, ...]:
        return tuple(line.agreed for line in self._lines)

    # --- lines -----------------------------------------------------------------------------------

    def _give_line(self, source: Source) -> None:
        line = self._line_for(source)
        if line is None:
            log.warning("media_lines_exhausted", kind=source.kind.value, count=len(self._lines))
            return
        self._free(line)
        together = (source.seat, source.kind is Kind.SCREEN)
        name = self._names.setdefault(together, secrets.token_hex(8))
        line.track = DownTrack(source, self, name)
        self._by_ssrc[line.track.ssrc] = line.track
        if line.refused:
            line.track.refuse()

    def _line_for(self, source: Source) -> Line | None:
        if source.is_video and source.codec.NAME in self._unknown:
            for line in self._lines:  # no need to be refused once more
                if line.kind == "video" and line.refused and line.track is None:
                    return line
        return self._free_line("video" if source.is_video else "audio")

    def _free_line(self, kind: str) -> Line | None:
        usable = [line for line in self._lines if line.kind == kind and not line.refused]
        for line in usable:
            if line.track is None:
                return line
        if len(self._lines) < MOST_MEDIA:
            line = Line(str(len(self._lines)), kind)
            self._lines.append(line)
            return line
        for line in usable:
            if line.track is not None and line.track.source not in self._wanted:
                return line
        return None

    def _free(self, line: Line) -> None:
        if line.track is not None:
            line.track.sleep()
            del self._by_ssrc[line.track.ssrc]
            line.track = None

    def _wake(self) -> None:
        """Wake every wanted track that the browser knows and can decrypt.

        Those it cannot show, too, but nothing passes: so their senders learn that nobody sees them.
        """
        if not self.transport.connected:
            return
        on_its_way = self._waiting or self._agreed_now()
        for line, known in zip(self._lines, on_its_way, strict=False):
            track = line.track
            if track is None or track.source not in self._wanted:
                continue
            # Else the browser is about to drop it, and to take it again.
            stands = line.agreed is track and known is track and not line.refused
            if stands or not track.playable:
                track.wake()

    # --- packets ---------------------------------------------------------------------------------

    def receive_rtp(self, _buffer: Buffer, _offset: int, _pointer: object, _length: int) -> None:
        """Count; a browser has nothing to send here."""
        self.counters.unexpected += 1

    def receive_rtcp(self, data: bytes) -> None:
        """Take reports, requests for packets and for key frames."""
        now = self.outgoing.now
        for kind, form, body in rtcp.packets(data):
            if kind in (rtcp.RECEIVER_REPORT, rtcp.SENDER_REPORT):
                self._heard_blocks(body, 4 if kind == rtcp.RECEIVER_REPORT else 24, form, now)
            elif kind == rtcp.TRANSPORT_FEEDBACK and form == rtcp.NACK and len(body) >= 8:
                track = self._by_ssrc.get(int.from_bytes(body[4:8], "big"))
                if track is not None:
                    track.wants_again(rtcp.read_nack(body), now)
            elif kind == rtcp.EXTENDED_REPORT:
                self._answer_time(body)
            elif kind == rtcp.PAYLOAD_FEEDBACK and form == rtcp.APPLICATION:
                self.pictures.hear(rtcp.read_estimate(body), now)
            elif kind == rtcp.PAYLOAD_FEEDBACK:
                for ssrc in rtcp.read_key_frame_requests(form, body):
                    track = self._by_ssrc.get(ssrc)
                    if track is not None:
                        track.wants_key_frame(now)

    def _answer_time(self, body: bytes) -> None:
        """Let a browser that only receives know its round trip: it waits so long for repeats."""
        asked = rtcp.read_reference_time(body)
        if asked is not None and self._by_ssrc:
            self.transport.send_rtcp(rtcp.delay_since(next(iter(self._by_ssrc)), *asked))

    def _heard_blocks(self, body: bytes, start: int, count: int, now: int) -> None:
        for ssrc, fraction, last, delay in rtcp.read_blocks(body, start, count):
            track = self._by_ssrc.get(ssrc)
            if track is not None:
                track.heard_block(fraction, last, delay, now)

    def share(self, speaker: str) -> None:
        """Share the line anew among the pictures; the speaker's comes first."""
        self.pictures.share(self._by_ssrc.values(), speaker)

    # --- time and life ---------------------------------------------------------------------------

    def tick_second(self, now: int) -> None:
        """Refill allowances; give up on an offer that is never answered."""
        self.transport.refill(1.0)
        self.transport.refill_second(now)
        for track in self._by_ssrc.values():
            track.tick_second(now)
        self.pictures.measure(self._by_ssrc.values(), now)
        if self._waiting is not None and now - self._waiting_since > ANSWER_SECONDS * 1_000_000:
            self.lost("timeout")

    def streams(self) -> list[dict[str, Any]]:
        """Return what is known of each track that passes now."""
        return [
            {
                "from": track.source.seat,
                "kind": track.source.kind.value,
                "layer": track.layer,
                "sent": track.sent,
                "packet_rate": track.rate.packets,
                "bit_rate": track.rate.bits,
                "resent": track.resent,
                "lost": round(track.fraction_lost, 3),
                "own_lost": round(track.own_loss.share, 3),
                "round_trip": track.round_trip,
                "estimate": self.pictures.estimate,
            }
            for track in self._by_ssrc.values()
            if track.awake
        ]

    def connected(self) -> None:
        """Media can flow."""
        self._wake()
        self._on_connected()

    def lost(self, reason: Reason) -> None:
        """The connection has failed."""
        self._on_lost(reason)

    def close(self) -> None:
        """Release the connection; nothing is sent on it any more."""
        for line in self._lines:
            if line.track is not None:
                line.track.sleep()
        self.transport.close()
