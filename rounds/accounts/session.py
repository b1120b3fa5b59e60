"""Sessions: opening, reading back as an Actor, ending."""

from datetime import datetime, timedelta

from rounds.accounts.events import SessionEnded
from rounds.accounts.model import Account, Invitation, Session
from rounds.accounts.queries.sessions import (
    open_sessions_of_account,
    session_by_id,
    session_by_token,
)
from rounds.audit import trail
from rounds.kernel.actor import STRANGER, Actor, Role
from rounds.kernel.ids import (
    ClinicId,
    InvitationId,
    PersonId,
    RoomId,
    SessionId,
    new_id,
)
from rounds.kernel.signing import fingerprint, new_token
from rounds.kernel.unit import Unit
from rounds.people.model import Person

STAFF_HOURS = 12
MOST_SESSIONS = 5
GUEST_DAYS = 7
HOME_HOURS = 12
# How long a proof of being there serves for dangerous acts (security.md 3.1, step-up).
PROOF_LASTS = timedelta(minutes=5)


async def open_staff_session(unit: Unit, account: Account, role: Role, label: str = "") -> str:
    """Open a session for a member of staff; return the token for the cookie.

    `label` names the browser. Of more than five at once the oldest ends.
    """
    known = await open_sessions_of_account(unit.session, account.id, unit.now)
    for old in known[: max(0, len(known) - MOST_SESSIONS + 1)]:
        await end_session(unit, old, "replaced")
    row, token = _new(unit, "staff", account.clinic_id, account.person_id, role)
    row.account_id = account.id
    row.label = label
    row.expires_at = unit.now + timedelta(hours=STAFF_HOURS)
    row.seen_at = unit.now
    row.proved_at = unit.now
    unit.session.add(row)
    await trail.record(unit, "session.open", "session", row.id, actor=_owner(row))
    return token


async def open_guest_session(unit: Unit, invitation: Invitation) -> str:
    """Open a session for the device that redeemed a link; return the token for the cookie.

    It lasts seven days past the appointment, so that the page of what was agreed stays
    readable; what it opens shrinks to that page when the room closes.
    """
    row, token = _new(unit, "guest", invitation.clinic_id, invitation.person_id, invitation.role)
    row.invitation_id = invitation.id
    row.room_id = invitation.room_id
    row.expires_at = max(unit.now, invitation.waiting_from) + timedelta(days=GUEST_DAYS)
    unit.session.add(row)
    await unit.session.flush()
    return token


async def open_home_session(
    unit: Unit, person: Person, role: Role, device: str | None, label: str
) -> str:
    """Open a session for a patient or relative between visits; return the cookie's token.

    `device` is the remembered browser it belongs to; without one it is over within the hour.
    """
    row, token = _new(unit, "my", person.clinic_id, person.id, role)
    row.device_id = device
    row.label = label
    row.proved_at = unit.now
    lasts = timedelta(hours=HOME_HOURS) if device else timedelta(hours=1)
    row.expires_at = unit.now + lasts
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(unit, "session.open", "session", row.id, actor=_owner(row))
    return token


async def actor_for_session(unit: Unit, session: str, idle: timedelta) -> Actor:
    """Return who stands behind a session now; a stranger when it has ended meanwhile."""
    found = await session_by_id(unit.session, session)
    return STRANGER if found is None else as_actor(*found, now=unit.now, idle=idle)


async def actor_for_token(unit: Unit, token: str, idle: timedelta) -> tuple[Actor, Session | None]:
    """Return who stands behind a cookie's token, with the session; a stranger when nobody does."""
    found = await session_by_token(unit.session, fingerprint(token))
    if found is None:
        return STRANGER, None
    return as_actor(*found, now=unit.now, idle=idle), found[0]


def is_locked(row: Session, now: datetime, idle: timedelta) -> bool:
    """Tell whether a screen is locked: it was, or nothing was done in it for `idle`."""
    if row.locked_at is not None:
        return True
    return row.kind == "staff" and now - (row.seen_at or row.created_at) >= idle


def as_actor(row: Session, person: Person, now: datetime, idle: timedelta) -> Actor:
    """Turn a session that is still open into its actor, any other into a stranger."""
    if row.ended_at is not None or row.expires_at <= now:
        return STRANGER
    return Actor(
        kind=row.kind,
        clinic=ClinicId(row.clinic_id),
        person=PersonId(row.person_id),
        role=Role(row.role),
        session=SessionId(row.id),
        invitation=InvitationId(row.invitation_id) if row.invitation_id else None,
        room=RoomId(row.room_id) if row.room_id else None,
        language=person.language,
        locked=is_locked(row, now, idle),
        fresh=row.proved_at is not None and now - row.proved_at < PROOF_LASTS,
    )


async def end_session(unit: Unit, row: Session, reason: str) -> None:
    """End a session; everything it holds open ends with it."""
    row.ended_at = unit.now
    room = RoomId(row.room_id) if row.room_id else None
    unit.tell(SessionEnded(SessionId(row.id), PersonId(row.person_id), room, reason))
    await trail.record(unit, "session.end", "session", row.id, clinic=row.clinic_id)


async def end_sessions_of(unit: Unit, account: str, reason: str, but: str | None = None) -> int:
    """End every open session of an account, `but` one perhaps; return how many."""
    known = await open_sessions_of_account(unit.session, account, unit.now)
    ending = [row for row in known if row.id != but]
    for row in ending:
        await end_session(unit, row, reason)
    return len(ending)


def rotate(row: Session) -> str:
    """Give a session a new token; the old one opens nothing any more (ASVS 7.2.4)."""
    token = new_token()
    row.token_hash = fingerprint(token)
    return token


async def sign_out(unit: Unit) -> None:
    """End the actor's own session, if it is one."""
    if unit.actor.session is None:
        return
    found = await session_by_id(unit.session, unit.actor.session)
    if found is not None and found[0].ended_at is None:
        await end_session(unit, found[0], "signed_out")


def _owner(row: Session) -> Actor:
    """Whose session it is: at its opening the trail names them already."""
    ids = ClinicId(row.clinic_id), PersonId(row.person_id)
    return Actor(row.kind, *ids, Role(row.role), SessionId(row.id))


def _new(unit: Unit, kind: str, clinic: str, person: str, role: Role) -> tuple[Session, str]:
    token = new_token()
    row = Session(
        id=new_id(),
        clinic_id=clinic,
        kind=kind,
        token_hash=fingerprint(token),
        person_id=person,
        role=role,
        created_at=unit.now,
    )
    return row, token
