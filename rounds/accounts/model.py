"""Account, Session and Invitation: who may come in, and who is in."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.actor import Role
from rounds.kernel.database import Base, Identified, Moment, Sealed


class Account(Identified, Base):
    """The way in for a member of staff: e-mail, password (Argon2id) and a second factor (TOTP).

    With an empty `password_hash` the account is an invitation that nobody has taken up yet. The
    secret of the second factor counts from `totp_confirmed_at` on; `totp_counter` is the last
    time step (RFC 6238) that was used, so that no code works twice.
    """

    __tablename__ = "accounts"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Identified, Base):
    """One of the codes that stand in once each for the second factor; hashed as a password is."""

    __tablename__ = "recovery_codes"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    code_hash: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "account_id"),)


class AccountLink(Identified, Base):
    """A link by which staff set up an account or choose a new password; works once.

    Only the SHA-256 of the token is kept.
    """

    __tablename__ = "account_links"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[str] = mapped_column(String(8))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "account_id"),)


class Device(Identified, Base):
    """A browser that a patient or relative told us to remember; revocable by its owner.

    Each renewal hands out a new token, `next_hash`, since `next_at`; it takes the place of the
    old one when the browser shows it, so that an answer lost on its way locks nobody out.
    """

    __tablename__ = "devices"

    clinic_id: Mapped[str] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    next_hash: Mapped[str | None] = mapped_column(String(64))
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    label: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "person_id"),)


class SignInCode(Identified, Base):
    """A link and a six-digit code, sent to one address of a person, that work once.

    With the purpose `my` they open /my, with `verify` they prove that the address reaches its
    owner. Whoever asks for a code with an address that is none of ours gets a row without
    person and contact: nothing that follows can tell the two apart.
    """

    __tablename__ = "sign_in_codes"

    clinic_id: Mapped[str | None] = mapped_column(ForeignKey("clinics.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact_points.id"))
    purpose: Mapped[str] = mapped_column(String(8))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "person_id"),)


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
    """A signed-in browser: of staff, of a patient or relative at home, or of a guest.

    The cookie carries 256 random bits, the row their SHA-256. `label` names the browser to its
    owner; `locked_at` says that the screen was locked, `proved_at` when the owner last proved to
    be there by a second factor or, without one, by the password.
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
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.id"))
    label: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    proved_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index(None, "invitation_id"),
        Index(None, "account_id"),
        Index(None, "person_id"),
    )
