"""Facts about sessions and invitations."""

from dataclasses import dataclass

from rounds.kernel.ids import InvitationId, PersonId, RoomId, SessionId


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A session no longer opens anything; its sockets and its media end with it."""

    session: SessionId
    person: PersonId
    room: RoomId | None
    reason: str


@dataclass(frozen=True, slots=True)
class InvitationChanged:
    """A link was opened, locked, revoked or replaced."""

    invitation: InvitationId
    room: RoomId


@dataclass(frozen=True, slots=True)
class SessionLocked:
    """The screen of a session was locked; it goes on ringing, without names."""

    session: SessionId
    person: PersonId


@dataclass(frozen=True, slots=True)
class SessionUnlocked:
    """The owner of a session proved to be there; its screen is open again."""

    session: SessionId
    person: PersonId
