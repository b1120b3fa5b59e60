"""Links by which staff set up an account or choose a new password; each works once."""

from datetime import datetime, timedelta
from enum import StrEnum

from rounds.accounts.model import Account, AccountLink
from rounds.accounts.passwords import Passwords
from rounds.accounts.queries.staff import (
    account_by_email,
    account_by_id,
    account_link_by_token,
    open_account_links,
)
from rounds.accounts.session import end_sessions_of
from rounds.accounts.strength import check_password
from rounds.audit import trail
from rounds.kernel.actor import STRANGER
from rounds.kernel.errors import Gone
from rounds.kernel.ids import new_id
from rounds.kernel.signing import Signer, fingerprint, new_token
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_
from rounds.notices.outbox import Message, cancel_about, queue
from rounds.people.contacts import add_contact, verify_contact
from rounds.people.model import Clinic, Person, System
from rounds.people.queries import contact_points

PATH = "/set-up#t="
SPENT = N_("This link does not open anything now. Links work once and for a limited time.")


class Purpose(StrEnum):
    """What a link is for; it decides how long it lasts."""

    SETUP = "setup"
    RESET = "reset"


LASTS = {Purpose.SETUP: timedelta(days=7), Purpose.RESET: timedelta(hours=1)}
KIND = {Purpose.SETUP: "account_setup", Purpose.RESET: "account_reset"}


async def issue(unit: Unit, account: Account, purpose: Purpose) -> tuple[AccountLink, str]:
    """Make a link; return its row and its token, which is not kept anywhere.

    What was sent before opens nothing any more.
    """
    await take_back(unit, account.id)
    token = new_token()
    row = AccountLink(
        id=new_id(),
        clinic_id=account.clinic_id,
        account_id=account.id,
        purpose=purpose,
        token_hash=fingerprint(token),
        created_at=unit.now,
        expires_at=unit.now + LASTS[purpose],
    )
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(
        unit, f"account.{purpose}_link", "account", account.id, clinic=account.clinic_id
    )
    return row, token


async def take_back(unit: Unit, account: str) -> None:
    """Close every link of an account that nobody has used."""
    for row in await open_account_links(unit.session, account):
        row.expires_at = min(row.expires_at, unit.now)
    await cancel_about(unit, account)


async def send(
    unit: Unit, signer: Signer, account: Account, row: AccountLink, address: str
) -> None:
    """Queue the message with a link, whose whole `address` is known only now."""
    person = await unit.session.get_one(Person, account.person_id)
    clinic = await unit.session.get_one(Clinic, account.clinic_id)
    contact = await add_contact(unit, signer, person, System.EMAIL, account.email, clinic.country)
    purpose = Purpose(row.purpose)
    message = Message(
        KIND[purpose],
        {"link": address},
        about=("account", account.id),
        expires_at=row.expires_at,
    )
    await queue(unit, person, message, contact)


async def send_reset(units: Units, signer: Signer, email: str, origin: str) -> None:
    """Send a link to choose a new password, if there is such an account; tell nobody."""
    async with units(STRANGER) as unit:
        account = await account_by_email(unit.session, email)
        if account is None or not account.active:
            return
        row, token = await issue(unit, account, Purpose.RESET)
        await send(unit, signer, account, row, f"{origin}{PATH}{token}")


async def find(unit: Unit, token: str) -> tuple[AccountLink, Account, Person]:
    """Return the link behind a token with account and person. Raises Gone for all others."""
    row = await account_link_by_token(unit.session, fingerprint(token))
    if row is None or not _works(row, unit.now):
        raise Gone(SPENT)
    account = await account_by_id(unit.session, row.account_id, locked=True)
    if account is None or not account.active:
        raise Gone(SPENT)
    return row, account, await unit.session.get_one(Person, account.person_id)


async def choose_password(units: Units, passwords: Passwords, token: str, secret: str) -> Account:
    """Use up a link and set the password; every session of before ends.

    Raises Gone for a link that opens nothing and Invalid for a password that does not do; the
    link works on then.
    """
    async with units.reading(STRANGER) as unit:
        _, account, person = await find(unit, token)
    await check_password(passwords, secret, (person.given_name, person.family_name, account.email))
    password_hash = await passwords.hash(secret)
    async with units(STRANGER) as unit:
        row, account, person = await find(unit, token)
        row.used_at = unit.now
        account.password_hash = password_hash
        for contact in await contact_points(unit.session, person.id):
            # Who opened the link got the message.
            if contact.system == System.EMAIL and contact.value == account.email:
                await verify_contact(unit, contact)
        await end_sessions_of(unit, account.id, "signed_out")
        await trail.record(
            unit, "account.password", "account", account.id, clinic=account.clinic_id
        )
    return account


def _works(row: AccountLink, now: datetime) -> bool:
    return row.used_at is None and row.expires_at > now
