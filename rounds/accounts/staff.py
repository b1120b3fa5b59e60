"""Giving a member of staff an account."""

from rounds.accounts.model import Account
from rounds.accounts.queries.staff import account_by_email
from rounds.audit import trail
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Person


async def add_account(unit: Unit, person: Person, email: str, password_hash: str) -> Account:
    """Open an account for `person`; without a password yet, it is an invitation.

    Raises Conflict when the address is taken.
    """
    address = email.strip().lower()
    if "@" not in address or len(address) > 254:
        raise Invalid("This is not an e-mail address.", {"email": "Please check the address."})
    if await account_by_email(unit.session, address) is not None:
        raise Conflict("There is an account with this e-mail already.")
    account = Account(
        id=new_id(),
        clinic_id=person.clinic_id,
        person_id=person.id,
        email=address,
        password_hash=password_hash,
        created_at=unit.now,
    )
    unit.session.add(account)
    await unit.session.flush()
    await trail.record(unit, "account.add", "account", account.id, clinic=person.clinic_id)
    return account
