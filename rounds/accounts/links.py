"""Personal links: made for one invitee, peeked at without effect, redeemed once, revocable."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rounds.accounts.events import InvitationChanged
from rounds.accounts.model import Invitation
from rounds.accounts.passwords import Passwords
from rounds.accounts.queries.invitations import (
    invitation_by_id,
    invitation_by_token,
    invitations_of_room,
)
from rounds.accounts.queries.sessions import open_sessions_of_invitation
from rounds.accounts.session import end_session, open_guest_session
from rounds.audit import trail
from rounds.kernel.actor import STRANGER, Actor, Role
from rounds.kernel.errors import Conflict, Gone, Invalid, NotFound
from rounds.kernel.ids import ClinicId, InvitationId, PersonId, RoomId, new_id
from rounds.kernel.signing import fingerprint, new_token
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_

PIN_TRIES = 5
OPENS_BEFORE = timedelta(hours=24)
WAITING_BEFORE = timedelta(minutes=30)

UNKNOWN = N_(
    "This link does not open anything now. Please call us, and we will send you a new one."
)
LOCKED = N_("For your safety this link is closed. Please call us, and we will send you a new one.")
ELSEWHERE = N_("This link was opened on another device. Please use that device, or call us.")


class Standing(StrEnum):
    """What a link would do now, told before anything is bound."""

    READY = "ready"
    EARLY = "early"
    PIN = "pin"
    LOCKED = "locked"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is invited, as what, into which patient's room, and when it begins."""

    clinic: str
    person: str
    role: Role
    patient: str
    room: str
    starts_at: datetime


def new_pin() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


async def invite(
    unit: Unit, invitee: Invitee, token: str | None = None, pin_hash: str | None = None
) -> tuple[Invitation, str]:
    """Make a link; return its row and its token, which is not kept anywhere."""
    token = token or new_token()
    row = Invitation(
        id=new_id(),
        clinic_id=invitee.clinic,
        person_id=invitee.person,
        patient_id=invitee.patient,
        room_id=invitee.room,
        role=invitee.role,
        token_hash=fingerprint(token),
        pin_hash=pin_hash,
        pin_tries=0,
        opens_at=invitee.starts_at - OPENS_BEFORE,
        waiting_from=invitee.starts_at - WAITING_BEFORE,
        created_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(
        unit, "link.make", "invitation", row.id, invitee.patient, clinic=invitee.clinic
    )
    return row, token


async def find(unit: Unit, token: str) -> Invitation:
    """Return the invitation of a token. Raises NotFound for any token that is none of ours."""
    row = await invitation_by_token(unit.session, fingerprint(token))
    if row is None or row.revoked_at is not None:
        raise NotFound(UNKNOWN)
    return row


def standing(row: Invitation, now: datetime) -> Standing:
    """Tell what the link would do now."""
    if row.ended_at is not None or row.revoked_at is not None:
        return Standing.OVER
    if row.locked_at is not None:
        return Standing.LOCKED
    if now < row.waiting_from:
        return Standing.EARLY
    return Standing.PIN if row.pin_hash and row.bound_at is None else Standing.READY


def is_bound_to(row: Invitation, actor: Actor) -> bool:
    """Tell whether the asking browser is the one that redeemed this link."""
    return actor.is_guest and actor.invitation == row.id


async def redeem(
    units: Units, passwords: Passwords, token: str, pin: str | None
) -> tuple[Invitation, str]:
    """Bind the link to the asking device; return its row and the cookie's token.

    A try is counted before the PIN is looked at, so that many at once get no more than five
    between them; the slow hash runs outside of any transaction. Raises NotFound (no such
    link), Gone (over, locked, too early), Conflict (bound to another device), Invalid (PIN
    missing or wrong; `tries_left` says how many remain).
    """
    async with units(STRANGER) as unit:
        row = await _redeemable(unit, token)
        asked, left = row.pin_hash, 0
        if asked is not None:
            row.pin_tries += 1
            left = PIN_TRIES - row.pin_tries
    if asked is not None and not await passwords.matches(asked, pin or ""):
        async with units(STRANGER) as unit:
            await _count_wrong_pin(unit, row.id, left)
        if left <= 0:
            raise Gone(LOCKED, locked=True)
        raise Invalid(
            "That PIN is not the one we sent.",
            {"pin": "Please look at the message with the six numbers again."},
            tries_left=left,
        )
    async with units(STRANGER) as unit:
        row = await _redeemable(unit, token, counted=asked is not None)
        cookie = await bind(unit, row)
    return row, cookie


async def bind(unit: Unit, row: Invitation) -> str:
    """Bind a link to the device that asks and end the person's other links of this visit.

    Return the token for its cookie.
    """
    row.bound_at = unit.now
    row.pin_tries = 0
    await revoke_others(unit, row)
    cookie = await open_guest_session(unit, row)
    _changed(unit, row)
    guest = Actor("guest", ClinicId(row.clinic_id), PersonId(row.person_id), Role(row.role))
    await trail.record(unit, "link.redeem", "invitation", row.id, row.patient_id, actor=guest)
    return cookie


async def _redeemable(unit: Unit, token: str, counted: bool = False) -> Invitation:
    row = await find(unit, token)
    now = standing(row, unit.now)
    if now is Standing.OVER:
        raise Gone(UNKNOWN)
    if now is Standing.EARLY:
        raise Gone("You are early. The waiting room opens 30 minutes before the visit.")
    spent = row.pin_tries >= PIN_TRIES and not counted
    if now is Standing.LOCKED or spent:
        raise Gone(LOCKED, locked=True)
    if row.bound_at is not None:
        raise Conflict(ELSEWHERE)
    return row


async def _count_wrong_pin(unit: Unit, invitation: str, left: int) -> None:
    row = await invitation_by_id(unit.session, invitation)
    if row is None:
        return
    if left <= 0 and row.locked_at is None:
        row.locked_at = unit.now
        _changed(unit, row)
    await trail.record(
        unit, "link.pin", "invitation", row.id, row.patient_id, row.clinic_id, trail.DENIED
    )


async def revoke(unit: Unit, invitation: str) -> Invitation:
    """Close a link for good and end what it opened."""
    row = await invitation_by_id(unit.session, invitation)
    if row is None:
        raise NotFound(UNKNOWN)
    if row.revoked_at is None:
        row.revoked_at = unit.now
        await _end_sessions(unit, row, "revoked")
        _changed(unit, row)
        await trail.record(unit, "link.revoke", "invitation", row.id, row.patient_id)
    return row


async def reissue(unit: Unit, invitation: str, pin_hash: str | None) -> tuple[Invitation, str]:
    """Replace a link by a new one for the same invitee; the old one ends at once."""
    old = await revoke(unit, invitation)
    if old.ended_at is not None:
        raise Gone("This visit has ended.")
    # Pressed twice, or by two people: one person never holds two links that open.
    await revoke_others(unit, old)
    return await invite(unit, invitee_of(old), pin_hash=pin_hash)


async def revoke_others(unit: Unit, row: Invitation) -> None:
    """Close every other link of the same person into the same room."""
    for other in await invitations_of_room(unit.session, row.room_id):
        if other.person_id == row.person_id and other.id != row.id:
            await revoke(unit, other.id)


def invitee_of(row: Invitation) -> Invitee:
    """Return for whom a link was made, to make another one."""
    return Invitee(
        clinic=row.clinic_id,
        person=row.person_id,
        role=Role(row.role),
        patient=row.patient_id,
        room=row.room_id,
        starts_at=row.waiting_from + WAITING_BEFORE,
    )


async def postpone(unit: Unit, row: Invitation, starts_at: datetime) -> None:
    """Let a link open for another beginning; it stays the same link, bound as it was."""
    row.opens_at = starts_at - OPENS_BEFORE
    row.waiting_from = starts_at - WAITING_BEFORE
    _changed(unit, row)


async def close(unit: Unit, row: Invitation) -> None:
    """End a link with its visit; the device keeps its session for what comes after."""
    if row.ended_at is None:
        row.ended_at = unit.now


async def _end_sessions(unit: Unit, row: Invitation, reason: str) -> None:
    for opened in await open_sessions_of_invitation(unit.session, row.id):
        await end_session(unit, opened, reason)


def _changed(unit: Unit, row: Invitation) -> None:
    unit.tell(InvitationChanged(InvitationId(row.id), RoomId(row.room_id)))
