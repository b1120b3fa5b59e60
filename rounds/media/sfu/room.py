"""Who is here, and that each receives exactly what the audience matrix opens."""

from collections.abc import Iterable

from rounds.media.engine import Audience
from rounds.media.sfu.participant import Participant
from rounds.media.sfu.speaker import ActiveSpeaker
from rounds.media.sfu.track import Source


class Room:
    """Participants by seat, and the matrix; without one nothing passes."""

    def __init__(self) -> None:
        """Begin empty and closed."""
        self.participants: dict[str, Participant] = {}
        self._audience: Audience = {}
        self._speaker = ActiveSpeaker()

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost by forgetting the room."""
        return not self.participants and not self._audience

    def set_audience(self, audience: Audience) -> None:
        """Replace the matrix at once: closed pairs before any new one opens."""
        self._audience = audience
        self._arrange(shrink=True)
        self._arrange()

    def enter(self, participant: Participant) -> None:
        """Seat the participant; whoever sat there before must have been removed."""
        self.participants[participant.seat] = participant
        participant.subscriber.arrange(self._wanted(participant))

    def published(self, participant: Participant, ended: Iterable[Source]) -> None:
        """Offer new tracks to those who may have them, and forget the ended ones."""
        self._forget(list(ended))
        self._arrange()

    def remove(self, participant: Participant) -> None:
        """Forget the participant and what it sent."""
        if self.participants.get(participant.seat) is participant:
            del self.participants[participant.seat]
        self._forget(participant.sources)
        self._arrange()

    def tick(self, now: int, second: bool) -> None:
        """Hear who speaks; share the lines anew once a second, and at once when one became full."""
        self._speaker.hear(
            {name: one.loudness(now) for name, one in self.participants.items()}, now
        )
        if second or any(one.subscriber.pictures.narrowed for one in self.participants.values()):
            self.share()

    def share(self) -> None:
        """Give every receiver what its line carries, and tell senders what of theirs is of use."""
        for participant in self.participants.values():
            participant.share(self._speaker.seat)
        for participant in self.participants.values():
            participant.tell_wanted()

    def _forget(self, sources: list[Source]) -> None:
        for receiver in self.participants.values():
            receiver.subscriber.forget(sources)

    def _wanted(self, receiver: Participant) -> list[Source]:
        return [
            source
            for sender in self.participants.values()
            for source in sender.sources
            if source.kind in self._audience.get(sender.seat, {}).get(receiver.seat, ())
        ]

    def _arrange(self, shrink: bool = False) -> None:
        for receiver in list(self.participants.values()):
            wanted = self._wanted(receiver)
            if shrink:
                receiver.subscriber.shrink(wanted)
            else:
                receiver.subscriber.arrange(wanted)
