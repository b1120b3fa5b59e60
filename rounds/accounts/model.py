"""Account, Session and Invitation: who may come in, and who is in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.actor import Role
from rounds.kernel.database import Base, Identified, Moment


class Account(Identified, Base):
    """The way in for a member of staff: e-mail and password (Argon2id)."""

    __tablename__ = "accounts"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Invitation(Identified, Base):
    """A personal link into one room: one invitee, one role, bound to the first device.

    Only the SHA-256 of the token is kept (256 random bits, ASVS 6.5.2); the PIN, where the
    clinic asks for one, is hashed as a password is.
    """

    __tablename__ = "invitations"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.person_id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"))
    role: Mapped[Role] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    pin_tries: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime] = mapped_column(Moment)
    waiting_from: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    bound_at: Mapped[datetime | None] = mapped_column(Moment)
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "room_id"),)


class Session(Identified, Base):
    """A signed-in browser: of staff, or of a guest behind an invitation.

    The cookie carries 256 random bits, the row their SHA-256.
    """

    __tablename__ = "sessions"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    kind: Mapped[str] = mapped_column(String(8))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    role: Mapped[Role] = mapped_column(String(16))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    invitation_id: Mapped[str | None] = mapped_column(ForeignKey("invitations.id"))
    room_id: Mapped[str | None] = mapped_column(ForeignKey("rooms.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "invitation_id"), Index(None, "account_id"))
