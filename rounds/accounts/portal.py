"""The way in for patients and relatives between visits: a code or a link to a proved address."""

import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from unicodedata import decimal

from rounds.accounts.model import SignInCode
from rounds.accounts.queries.portal import code_by_id, code_by_token, contacts_at, people_at_home
from rounds.accounts.reaching import contacts_behind, may_write
from rounds.audit import trail
from rounds.kernel.actor import STRANGER, Role
from rounds.kernel.errors import Gone, Unavailable
from rounds.kernel.ids import new_id
from rounds.kernel.signing import Signer, fingerprint, new_token
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_
from rounds.notices.outbox import Message, queue
from rounds.people.contacts import verify_contact
from rounds.people.model import ContactPoint, Person

CODE_TRIES = 5
CODE_LASTS = timedelta(minutes=10)
# A confirmation waits for somebody to read their post; it opens nothing.
VERIFY_LASTS = timedelta(days=3)
MY, VERIFY = "my", "verify"
GONE = N_("This link does not open anything now. Please ask for a new one.")


@dataclass(frozen=True, slots=True)
class AtHome:
    """Somebody whom an address reaches, as what they come in."""

    person: Person
    role: Role


async def send_code(units: Units, signer: Signer, ask: str, typed: Collection[str]) -> None:
    """Send a code and a link to a proved address; for any other leave the same traces.

    `ask` is the id under which the asking browser will show the code. Never raises for an
    address: who asks was answered before.
    """
    async with units(STRANGER) as unit:
        contacts = await _proved(unit, await contacts_behind(unit, signer, typed))
        first = contacts[0] if contacts and await may_write(unit, contacts) else None
        code, token = f"{secrets.randbelow(1_000_000):06d}", new_token()
        _add(unit, signer, MY, first, ask, code, token)
        await unit.session.flush()
        outcome = trail.DONE if first else trail.DENIED
        clinic = first.clinic_id if first else None
        await trail.record(unit, "my.code", "code", ask, clinic=clinic, outcome=outcome)
        if first is None:
            return
        person = await unit.session.get_one(Person, first.person_id)
        values = {"code": code, "link": f"/my/enter#t={token}"}
        message = Message("my_sign_in", values, expires_at=unit.now + CODE_LASTS)
        await queue(unit, person, message, first)


async def try_code(units: Units, signer: Signer, ask: str, code: str) -> bool:
    """Say whether a code is the one sent for `ask`; each try counts, and the fifth is the last.

    A code that was never sent, that was used, is too old or was tried too often does not fit.
    """
    async with units(STRANGER) as unit:
        row = await code_by_id(unit.session, ask)
        open_still = row is not None and _is_open(unit, row, MY) and row.tries < CODE_TRIES
        if row is not None and open_still:
            row.tries += 1
        stored = row.code_hash if row is not None else ""
        fits = hmac.compare_digest(stored, _hash(signer, ask, code)) and open_still
        known = row is not None and row.contact_id is not None
        if not fits or not known:
            await trail.record(unit, "my.enter", "code", ask, outcome=trail.DENIED)
    return fits and known


async def ask_of_link(units: Units, token: str) -> str:
    """Return the ask that a link belongs to, without using it. Raises Gone for any other."""
    async with units.reading(STRANGER) as unit:
        row = await code_by_token(unit.session, fingerprint(token))
        if row is None or row.contact_id is None or not _is_open(unit, row, MY):
            raise Gone(GONE)
        return row.id


async def people_of(unit: Unit, ask: str) -> Sequence[AtHome]:
    """Return the patients and relatives whom the address of `ask` reaches now."""
    contact = await _contact(unit, await code_by_id(unit.session, ask))
    if contact is None:
        return []
    sharing = await contacts_at(unit.session, [contact.value_index])
    ids = {one.person_id for one in sharing if one.verified_at is not None}
    found = await people_at_home(unit.session, ids)
    return [AtHome(one, Role.PATIENT if patient else Role.RELATIVE) for one, patient in found]


async def take_up(unit: Unit, ask: str, person: str | None = None) -> AtHome:
    """Use a proved code or link up: for `person`, or for the only one whom the address reaches.

    Raises Gone when it was used before, or does not reach that person.
    """
    row = await code_by_id(unit.session, ask)
    reached = await people_of(unit, ask)
    chosen = [one for one in reached if person in (None, one.person.id)]
    if row is None or row.used_at is not None or len(chosen) != 1:
        raise Gone(GONE)
    row.used_at = unit.now
    return chosen[0]


async def send_verification(unit: Unit, signer: Signer, contact: ContactPoint) -> None:
    """Ask the owner of an address, with a link, to confirm that it reaches them.

    Raises Unavailable when that address was written to often lately.
    """
    sharing = await contacts_at(unit.session, [contact.value_index])
    if not await may_write(unit, sharing):
        raise Unavailable("We wrote to this address a few times lately. Please wait a little.")
    token = new_token()
    # No code is told for it: nobody can guess one that nobody asks for.
    _add(unit, signer, VERIFY, contact, new_id(), str(secrets.randbits(128)), token)
    person = await unit.session.get_one(Person, contact.person_id)
    values = {"link": f"/my/verify#t={token}"}
    message = Message("my_verify", values, expires_at=unit.now + VERIFY_LASTS)
    await queue(unit, person, message, contact)
    await trail.record(unit, "contact.ask", "person", contact.person_id, clinic=contact.clinic_id)


async def confirm(units: Units, token: str) -> None:
    """Note that an address reaches its owner: who confirms holds its link. Raises Gone."""
    async with units(STRANGER) as unit:
        row = await code_by_token(unit.session, fingerprint(token))
        contact = await _contact(unit, row)
        if row is None or contact is None or not _is_open(unit, row, VERIFY):
            raise Gone(GONE)
        row.used_at = unit.now
        await verify_contact(unit, contact)


async def _contact(unit: Unit, row: SignInCode | None) -> ContactPoint | None:
    """Return the address a code was sent to, while it is in use."""
    if row is None or row.contact_id is None:
        return None
    found = await unit.session.get(ContactPoint, row.contact_id)
    return found if found is not None and found.removed_at is None else None


async def _proved(unit: Unit, contacts: Sequence[ContactPoint]) -> list[ContactPoint]:
    proved = [one for one in contacts if one.verified_at is not None]
    at_home = await people_at_home(unit.session, {one.person_id for one in proved})
    ids = {person.id for person, _ in at_home}
    return [one for one in proved if one.person_id in ids]


def _add(
    unit: Unit,
    signer: Signer,
    purpose: str,
    contact: ContactPoint | None,
    ask: str,
    code: str,
    token: str,
) -> None:
    unit.session.add(
        SignInCode(
            id=ask,
            clinic_id=contact.clinic_id if contact else None,
            person_id=contact.person_id if contact else None,
            contact_id=contact.id if contact else None,
            purpose=purpose,
            token_hash=fingerprint(token),
            code_hash=_hash(signer, ask, code),
            created_at=unit.now,
            expires_at=unit.now + (CODE_LASTS if purpose == MY else VERIFY_LASTS),
        )
    )


def _is_open(unit: Unit, row: SignInCode, purpose: str) -> bool:
    return row.purpose == purpose and row.used_at is None and unit.now < row.expires_at


def _hash(signer: Signer, ask: str, code: str) -> str:
    """Return what is kept of a code: a million codes are tried in a second by who has no key."""
    digits = "".join(str(decimal(one)) for one in code if one.isdecimal())
    return signer.index("sign-in code", f"{ask} {digits}")
