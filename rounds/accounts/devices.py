"""Remembered devices: kept signed in for 90 days, listed, revoked, ended when a copy turns up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.accounts.model import Device, Session
from rounds.accounts.queries.portal import (
    device_by_id,
    open_devices,
    open_home_sessions,
    people_at_home,
)
from rounds.accounts.queries.sessions import session_by_id
from rounds.accounts.session import end_session, open_home_session
from rounds.audit import trail
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.actor import STRANGER, Role
from rounds.kernel.errors import Gone, NotFound
from rounds.kernel.ids import is_id, new_id
from rounds.kernel.signing import Signer, fingerprint, new_token
from rounds.kernel.unit import Unit, Units
from rounds.notices.outbox import Message, queue
from rounds.people.model import Person

PURPOSE = "my device"
LASTS = timedelta(days=90)
# Windows that a browser opens together show the same token within this time.
TOGETHER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a device's token gave: a session's token, and the device's next token if it is new.

    `copied` says that an old token was shown: the device is forgotten, and its owner was told.
    """

    session: str | None = None
    device: str | None = None
    copied: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is signed in: a remembered device, or a browser for the hour."""

    id: str
    label: str
    used_at: datetime
    until: datetime
    remembered: bool
    here: bool


async def remember(unit: Unit, signer: Signer, person: Person, label: str) -> tuple[Device, str]:
    """Remember a device of a person; return its row and the token for its cookie."""
    secret = new_token()
    row = Device(
        id=new_id(),
        clinic_id=person.clinic_id,
        person_id=person.id,
        token_hash=fingerprint(secret),
        label=label,
        created_at=unit.now,
        used_at=unit.now,
        expires_at=unit.now + LASTS,
    )
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(unit, "device.remember", "device", row.id, clinic=row.clinic_id)
    return row, _token(signer, row, secret)


async def renew(units: Units, signer: Signer, token: str) -> Renewal:
    """Open a session for the device whose token this is, and hand out its next token.

    The new token counts from the moment it is shown; whoever shows one that was replaced holds
    a copy, or the owner does: the device is forgotten and the owner is told.
    """
    id, secret = _read(signer, token)
    async with units(STRANGER) as unit:
        row = await device_by_id(unit.session, id) if id else None
        if row is None or row.revoked_at is not None or unit.now >= row.expires_at:
            return Renewal()
        shown = fingerprint(secret)
        if shown == row.next_hash:
            _settle(row)
        elif shown != row.token_hash:
            await _end_copied(unit, row)
            return Renewal(copied=True)
        at_home = await people_at_home(unit.session, [row.person_id])
        if not at_home:
            return Renewal()
        person, is_patient = at_home[0]
        fresh = None
        if row.next_at is None or unit.now - row.next_at >= TOGETHER:
            secret = new_token()
            row.next_hash, row.next_at = fingerprint(secret), unit.now
            fresh = _token(signer, row, secret)
        row.used_at = unit.now
        role = Role.PATIENT if is_patient else Role.RELATIVE
        session = await open_home_session(unit, person, role, row.id, row.label)
    return Renewal(session, fresh)


async def settle(units: Units, signer: Signer, token: str) -> None:
    """Let a device's next token take the place of the old one: its browser has it.

    Not at once: a window that opened together with this one may still be asking with the old.
    """
    id, secret = _read(signer, token)
    if not id:
        return
    async with units.reading(STRANGER) as unit:
        if not _waits(unit, await device_by_id(unit.session, id), secret):
            return
    async with units(STRANGER) as unit:
        row = await device_by_id(unit.session, id)
        if row is not None and _waits(unit, row, secret):
            _settle(row)


async def read_places(unit: Unit) -> Sequence[Place]:
    """Return where the actor is signed in, this browser first."""
    me = unit.actor.person
    require(unit, Action.MY_PAGES, Thing("person", me))
    sessions = await open_home_sessions(unit.session, str(me), unit.now)
    current = next((one for one in sessions if one.id == unit.actor.session), None)
    here = current.device_id if current else None
    found = [
        Place(one.id, one.label, one.used_at, one.expires_at, True, one.id == here)
        for one in await open_devices(unit.session, str(me), unit.now)
    ]
    found += [
        Place(one.id, one.label, one.created_at, one.expires_at, False, one is current)
        for one in sessions
        if one.device_id is None
    ]
    return sorted(found, key=lambda one: not one.here)


async def revoke_place(unit: Unit, id: str) -> None:
    """Sign out of one place and forget it. Raises NotFound for a place that is not the actor's."""
    row = await device_by_id(unit.session, id)
    found = await session_by_id(unit.session, id) if row is None else None
    session = found[0] if found is not None and found[0].kind == "my" else None
    owner = row.person_id if row else session.person_id if session else None
    require(unit, Action.MY_PAGES, Thing("person", owner))
    if row is not None:
        await forget(unit, row, "signed_out")
    elif session is not None and session.ended_at is None:
        await end_session(unit, session, "signed_out")


async def revoke_everywhere(unit: Unit) -> None:
    """Sign the actor out everywhere and forget every device, this one too."""
    me = str(unit.actor.person)
    require(unit, Action.MY_PAGES, Thing("person", unit.actor.person))
    for device in await open_devices(unit.session, me, unit.now):
        await forget(unit, device, "signed_out")
    for session in await open_home_sessions(unit.session, me, unit.now):
        await end_session(unit, session, "signed_out")


async def leave_here(unit: Unit) -> None:
    """End the actor's session and forget its device: else it would sign in again by itself."""
    if unit.actor.session is None:
        return
    found = await session_by_id(unit.session, unit.actor.session)
    if found is None or found[0].ended_at is not None:
        return
    device = await device_by_id(unit.session, found[0].device_id) if found[0].device_id else None
    if device is not None:
        await forget(unit, device, "signed_out")
    else:
        await end_session(unit, found[0], "signed_out")


async def forget(unit: Unit, row: Device, reason: str) -> None:
    """Forget a device and end what it opened."""
    if row.revoked_at is None:
        row.revoked_at = unit.now
        await trail.record(unit, "device.forget", "device", row.id, clinic=row.clinic_id)
    for session in await _sessions_of(unit, row):
        await end_session(unit, session, reason)


async def _end_copied(unit: Unit, row: Device) -> None:
    await forget(unit, row, "revoked")
    await trail.record(
        unit, "device.copied", "device", row.id, clinic=row.clinic_id, outcome=trail.DENIED
    )
    person = await unit.session.get(Person, row.person_id)
    if person is None:
        raise NotFound("There is nothing here for you.")
    await queue(unit, person, Message("my_device_ended", {"link": "/my/sign-in"}))


async def _sessions_of(unit: Unit, row: Device) -> list[Session]:
    known = await open_home_sessions(unit.session, row.person_id, unit.now)
    return [one for one in known if one.device_id == row.id]


def _waits(unit: Unit, row: Device | None, secret: str) -> bool:
    if row is None or row.next_at is None or unit.now - row.next_at < TOGETHER:
        return False
    return row.next_hash == fingerprint(secret)


def _settle(row: Device) -> None:
    if row.next_hash is not None:
        row.token_hash, row.next_hash, row.next_at = row.next_hash, None, None


def _token(signer: Signer, row: Device, secret: str) -> str:
    """Sign the token, so that only one that we made can look like a copy."""
    return signer.sign(PURPOSE, f"{row.id}{secret}")


def _read(signer: Signer, token: str) -> tuple[str, str]:
    try:
        value = str(signer.read(PURPOSE, token, int(LASTS.total_seconds()) * 2))
    except Gone:
        return "", ""
    return (value[:36], value[36:]) if is_id(value[:36]) else ("", "")
