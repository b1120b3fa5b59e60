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
