"""Room, Seat and what is said and shown there: who may be where."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.actor import Role
from rounds.kernel.database import Base, Identified, Moment, Sealed
from rounds.kernel.errors import Conflict


class Standing(StrEnum):
    """How far somebody has come: the state a clinician last gave them, or their own leaving."""

    INVITED = "invited"
    WAITING = "waiting"
    ADMITTED = "admitted"
    SENT_BACK = "sent_back"
    DENIED = "denied"
    LEFT = "left"


IN_LINE = frozenset({Standing.WAITING, Standing.SENT_BACK})


class Channel(StrEnum):
    """Who a line of the chat is for; who reads which says `audience.reads`."""

    EVERYONE = "everyone"
    TEAM = "team"


class Room(Identified, Base):
    """A meeting place about one patient; closed once and for good.

    `occasion` and `occasion_id` name what people meet for, such as a visit. `expected_at` is when
    a late clinician said to come. `counted_at` is when it went into the clinic's numbers.
    """

    __tablename__ = "rooms"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    occasion: Mapped[str] = mapped_column(String(16))
    occasion_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), unique=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    expected_at: Mapped[datetime | None] = mapped_column(Moment)
    counted_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def is_open(self) -> bool:
        """Say whether people may still meet here."""
        return self.closed_at is None


class Seat(Identified, Base):
    """One person's place in one room, with the standing they have there.

    `given` is the last standing a clinician gave: what a returning device gets, never more.
    `until` is when somebody who was sent back may expect to come in again. `agreed_at` is when the
    patient said to a clinician that this guest may take part in this one visit. `hand_at` is since
    when the person has raised a hand in the call.
    """

    __tablename__ = "seats"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    role: Mapped[Role] = mapped_column(String(16))
    may_admit: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[Standing] = mapped_column(String(12), default=Standing.INVITED)
    given: Mapped[Standing | None] = mapped_column(String(12))
    since: Mapped[datetime | None] = mapped_column(Moment)
    arrived_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Sealed)
    until: Mapped[datetime | None] = mapped_column(Moment)
    agreed_at: Mapped[datetime | None] = mapped_column(Moment)
    hand_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("room_id", "person_id"),
        Index(None, "room_id"),
        Index(None, "person_id"),
    )

    @property
    def in_line(self) -> bool:
        """Say whether the person waits to be admitted."""
        return self.standing in IN_LINE

    def arrive(self, now: datetime) -> None:
        """Take a place in the line; whoever is in it or inside keeps what they have."""
        if self.in_line or self.standing == Standing.ADMITTED:
            return
        self._stand(Standing.WAITING, now)
        self.arrived_at = self.arrived_at or now

    def admit(self, now: datetime) -> bool:
        """Be let in; tell if that is news. Raises Conflict for somebody who does not wait."""
        if self.standing == Standing.ADMITTED:
            return False
        if not self.in_line:
            raise Conflict("This person is not in the waiting room any more.")
        self._give(Standing.ADMITTED, now)
        return True

    def send_back(self, now: datetime, reason: str, until: datetime | None = None) -> bool:
        """Wait again, at the front; tell if that is news, as a reason given later is.

        Raises Conflict for somebody who is not inside.
        """
        if self.standing == Standing.SENT_BACK:
            return self._explain(reason, until)
        if self.standing != Standing.ADMITTED:
            raise Conflict("This person is not in the call any more.")
        self._give(Standing.SENT_BACK, now, reason)
        self.until = until
        return True

    def deny(self, now: datetime, reason: str) -> bool:
        """Be told that it is not now; tell if that is news.

        Raises Conflict for somebody who does not wait.
        """
        if self.standing == Standing.DENIED:
            return self._explain(reason, None)
        if not self.in_line:
            raise Conflict("This person is not in the waiting room any more.")
        self._give(Standing.DENIED, now, reason)
        return True

    def hold_back(self, now: datetime, reason: str) -> None:
        """Lose what was given: who is inside waits again, who went returns to the line.

        The patient's yes to this one visit goes with it.
        """
        self.agreed_at = None
        if self.standing == Standing.ADMITTED:
            self.send_back(now, reason)
        elif self.given == Standing.ADMITTED:
            self.given = Standing.SENT_BACK

    def leave(self, now: datetime) -> None:
        """Go by oneself; what a clinician gave stays for the return."""
        if self.standing in (Standing.WAITING, Standing.SENT_BACK, Standing.ADMITTED):
            self._stand(Standing.LEFT, now)

    def begin_anew(self, now: datetime) -> None:
        """Stand as before the first visit to the room: the way in was taken back."""
        self.given = self.arrived_at = self.agreed_at = None
        self._stand(Standing.INVITED, now)

    def come_back(self, now: datetime) -> None:
        """Return after leaving: to the standing a clinician last gave, never to more."""
        if self.standing == Standing.LEFT:
            self._stand(self.given or Standing.WAITING, now)

    def enter_as_host(self, now: datetime) -> None:
        """Take the seat of those who need nobody's leave."""
        if self.standing != Standing.ADMITTED:
            self._give(Standing.ADMITTED, now)

    def _explain(self, reason: str, until: datetime | None) -> bool:
        """Say why and until when, or more of it; nothing that was said is taken back."""
        told = (reason or self.reason, until or self.until)
        news = told != (self.reason, self.until)
        self.reason, self.until = told
        return news

    def _give(self, standing: Standing, now: datetime, reason: str = "") -> None:
        self.given = standing
        self._stand(standing, now, reason)

    def _stand(self, standing: Standing, now: datetime, reason: str = "") -> None:
        self.standing = standing
        self.since = now
        self.reason = reason or None
        # A raised hand is of the call it was raised in.
        self.until = self.hand_at = None


class ChatMessage(Identified, Base):
    """A line of the chat; `key` is made by the sender so that a resend stays one line."""

    __tablename__ = "chat_messages"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"))
    key: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Sealed)
    at: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[Channel] = mapped_column(String(8))

    __table_args__ = (UniqueConstraint("seat_id", "key"), Index(None, "room_id", "channel", "at"))


class ScreenShare(Identified, Base):
    """One person's wish to share a screen, and what became of it: times, nothing of the content.

    It is open until `ended_at`; a seat has at most one that is open, and a room at most one that
    is open and has begun.
    """

    __tablename__ = "screen_shares"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    allowed_at: Mapped[datetime | None] = mapped_column(Moment)
    began_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "room_id"), Index(None, "seat_id"))

    @property
    def runs(self) -> bool:
        """Say whether the screen is shared now."""
        return self.began_at is not None and self.ended_at is None

    @property
    def waits(self) -> bool:
        """Say whether a host has still to answer."""
        return self.allowed_at is None and self.ended_at is None
