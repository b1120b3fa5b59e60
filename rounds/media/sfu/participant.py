"""One seat's presence: its two connections under one generation."""

from collections.abc import Callable
from typing import Any

from rounds.kernel.errors import Invalid
from rounds.media.engine import (
    Connected,
    Held,
    Lost,
    MediaEvent,
    Offered,
    OfferedTrack,
    Reason,
    Side,
    Wanted,
)
from rounds.media.sfu.description import read_offer
from rounds.media.sfu.description_writer import Place, write_answer
from rounds.media.sfu.figures import Pulse
from rounds.media.sfu.publisher import Publisher, SharedPort
from rounds.media.sfu.subscriber import Subscriber
from rounds.media.sfu.track import Source
from rounds.media.sfu.transport import Transport

Emit = Callable[[MediaEvent], None]


class Participant:
    """A Publisher and a Subscriber; when one of them is lost, both are."""

    def __init__(
        self,
        room: str,
        seat: str,
        generation: int,
        port: SharedPort,
        addresses: Callable[[], tuple[tuple[str, ...], int, int]],
        emit: Emit,
        gone: Callable[["Participant"], None],
        make_publisher: type[Publisher] = Publisher,
    ) -> None:
        """Open the receiving side at once; the sending side comes with the browser's offer."""
        self.room, self.seat, self.generation = room, seat, generation
        self._port = port
        self._addresses = addresses
        self._emit = emit
        self._gone = gone
        self._make_publisher = make_publisher
        self.closed = False
        self.pulse = Pulse(port.outgoing.now)
        self.publisher: Publisher | None = None
        self.subscriber = Subscriber(
            port, self._place, self._offered, lambda: self._connected("down"), self.lose
        )

    @property
    def sources(self) -> list[Source]:
        """What this seat sends."""
        return list(self.publisher.tracks) if self.publisher is not None else []

    def publish(self, sdp: str) -> tuple[str, list[Source]]:
        """Answer the browser's offer; also return tracks that ended by it. Raises Invalid.

        The same browser connection may offer again to add or end a track. An offer from another
        connection replaces the sending side.
        """
        offer = read_offer(sdp)
        before = set(self.sources)
        identity = (offer.ufrag, offer.fingerprint)
        publisher = self.publisher
        if publisher is not None and publisher.offered[1] != identity[1]:
            publisher.close()
            publisher = None
        elif publisher is not None and publisher.offered != identity:
            raise Invalid("A connection cannot change its ICE credentials; open a new one.")
        if publisher is None:
            publisher = self._make_publisher(
                self.seat, self._port, lambda: self._connected("up"), self.lose
            )
            self.publisher = publisher
        taken = publisher.take(offer)
        ended = before - set(self.sources)
        return write_answer(offer, taken, self._place(publisher.transport)), list(ended)

    def loudness(self, now: int) -> int:
        """Return how loud the voice of the seat is: 0 silence to 127."""
        return self.publisher.loudness(now) if self.publisher is not None else 0

    def share(self, speaker: str) -> None:
        """Give each picture this seat receives what its line has room for; tell what rests."""
        before = self.subscriber.pictures.held
        self.subscriber.share(speaker)
        held = self.subscriber.pictures.held
        if held != before:
            self._emit(Held(self.room, self.seat, self.generation, held))

    def tell_wanted(self) -> None:
        """Tell the seat which sizes of its pictures somebody wants, when that has changed."""
        for kind, layers in self.publisher.fresh_wants() if self.publisher is not None else ():
            self._emit(Wanted(self.room, self.seat, self.generation, kind, layers))

    def streams(self) -> list[dict[str, Any]]:
        """Return, per track this seat receives now, what is known of its way here."""
        return [{"to": self.seat, **told} for told in self.subscriber.streams()]

    def look(self, now: int) -> None:
        """Note once a second whether anything was heard; before the seconds' counts begin anew."""
        received, heard, control = 0, 0, False
        for transport in self._transports():
            heard = max(heard, transport.last_heard)
            control = control or transport.heard_control
        if self.publisher is not None:
            received = self.publisher.received
        self.pulse.look(now, received, heard, control)

    def report(self, now: int) -> dict[str, Any]:
        """Return whether the seat sends, for how many seconds it has been quiet, and its tracks.

        `flowing` says whether media flowed when it was last heard.
        """
        publisher = self.publisher
        return {
            "seat": self.seat,
            "connected": publisher is not None and publisher.transport.connected,
            "quiet": round(self.pulse.quiet(now), 1),
            "flowing": self.pulse.flowing,
            "sources": publisher.report() if publisher is not None else [],
        }

    def _transports(self) -> list[Transport]:
        sending = [self.publisher.transport] if self.publisher is not None else []
        return [*sending, self.subscriber.transport]

    def lose(self, reason: Reason) -> None:
        """Close both sides, tell the client why and the room that the seat is empty."""
        if self.closed:
            return
        self.close()
        self._emit(Lost(self.room, self.seat, self.generation, reason))
        self._gone(self)

    def close(self) -> None:
        """Release both connections without a word."""
        self.closed = True
        if self.publisher is not None:
            self.publisher.close()
        self.subscriber.close()

    def _place(self, transport: Transport) -> Place:
        return Place(
            transport.ufrag, transport.password, transport.dtls.fingerprint, *self._addresses()
        )

    def _offered(self, version: int, sdp: str, tracks: tuple[OfferedTrack, ...]) -> None:
        self._emit(Offered(self.room, self.seat, self.generation, version, sdp, tracks))

    def _connected(self, side: Side) -> None:
        self._emit(Connected(self.room, self.seat, self.generation, side))
