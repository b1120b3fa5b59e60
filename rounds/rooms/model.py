"""Room, Seat, ChatMessage, ScreenShare and ConnectionRecord: who may be where, and how it went."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, Uuid
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


class Room(Identified, Base):
    """A meeting place about one patient; closed once and for good.

    `occasion` and `occasion_id` name what people meet for, such as a visit.
    """

    __tablename__ = "rooms"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    occasion: Mapped[str] = mapped_column(String(16))
    occasion_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), unique=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def is_open(self) -> bool:
        """Say whether people may still meet here."""
        return self.closed_at is None


class Seat(Identified, Base):
    """One person's place in one room, with the standing they have there.

    `given` is the last standing a clinician gave: what a returning device gets, never more.
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

    def admit(self, now: datetime) -> None:
        """Be let in. Raises Conflict for somebody who does not wait."""
        if not self.in_line:
            raise Conflict("This person is not in the waiting room any more.")
        self._give(Standing.ADMITTED, now)

    def send_back(self, now: datetime, reason: str) -> None:
        """Wait again, at the front. Raises Conflict for somebody who is not inside."""
        if self.standing != Standing.ADMITTED:
            raise Conflict("This person is not in the call any more.")
        self._give(Standing.SENT_BACK, now, reason)

    def deny(self, now: datetime, reason: str) -> None:
        """Be told that it is not now. Raises Conflict for somebody who does not wait."""
        if not self.in_line:
            raise Conflict("This person is not in the waiting room any more.")
        self._give(Standing.DENIED, now, reason)

    def hold_back(self, now: datetime, reason: str) -> None:
        """Lose what a clinician gave: who is inside waits again, who went returns to the line."""
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
        self.given = self.arrived_at = None
        self._stand(Standing.INVITED, now)

    def come_back(self, now: datetime) -> None:
        """Return after leaving: to the standing a clinician last gave, never to more."""
        if self.standing == Standing.LEFT:
            self._stand(self.given or Standing.WAITING, now)

    def enter_as_host(self, now: datetime) -> None:
        """Take the seat of those who need nobody's leave."""
        if self.standing != Standing.ADMITTED:
            self._give(Standing.ADMITTED, now)

    def _give(self, standing: Standing, now: datetime, reason: str = "") -> None:
        self.given = standing
        self._stand(standing, now, reason)

    def _stand(self, standing: Standing, now: datetime, reason: str = "") -> None:
        self.standing = standing
        self.since = now
        self.reason = reason or None


class ChatMessage(Identified, Base):
    """A line of the chat; `key` is made by the sender so that a resend stays one line."""

    __tablename__ = "chat_messages"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"))
    key: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Sealed)
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("seat_id", "key"), Index(None, "room_id", "at"))


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


ADDED = (
    "present_ms",
    "weak_ms",
    "lost_ms",
    "reconnections",
    "up_packets",
    "up_lost",
    "down_packets",
    "down_lost",
    "freezes",
    "frozen_ms",
    "watched_ms",
    "heard_ms",
    "concealed_ms",
)
"""Columns of a record that only grow, under the names they have in a tally."""
SUMMED = (*ADDED, "delays", "path")
"""Columns of a record from which many are added up."""


class ConnectionRecord(Identified, Base):
    """How one person's connection to one room was: sums, no address, no device, no content.

    `present_ms` is the time in the call, of which the connection was weak or lost for the other
    two; `up` is the way to us, `down` the way from us. `delays` counts round trips by class (see
    `tally.Delays`). `ended_at` is when the person went; without it the record may still grow, or
    the server ended before they did.
    """

    __tablename__ = "connection_records"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    began_at: Mapped[datetime] = mapped_column(Moment)
    written_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    present_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    weak_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    lost_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    reconnections: Mapped[int] = mapped_column(default=0)
    up_packets: Mapped[int] = mapped_column(BigInteger, default=0)
    up_lost: Mapped[int] = mapped_column(BigInteger, default=0)
    down_packets: Mapped[int] = mapped_column(BigInteger, default=0)
    down_lost: Mapped[int] = mapped_column(BigInteger, default=0)
    freezes: Mapped[int] = mapped_column(BigInteger, default=0)
    frozen_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    watched_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    heard_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    concealed_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    delays: Mapped[str] = mapped_column(String(120), default="")
    height: Mapped[int] = mapped_column(default=0)
    codecs: Mapped[str] = mapped_column(String(60), default="")
    path: Mapped[str] = mapped_column(String(8), default="")
    protocol: Mapped[str] = mapped_column(String(8), default="")
    browser: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (
        Index(None, "room_id"),
        Index(None, "person_id"),
        Index(None, "clinic_id", "began_at"),
    )
