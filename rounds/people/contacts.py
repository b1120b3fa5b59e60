"""How a person is reached: addresses entered, proved and taken out."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from rounds.audit import trail
from rounds.kernel.errors import Invalid
from rounds.kernel.ids import PersonId, new_id
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit
from rounds.people.events import PersonChanged
from rounds.people.model import ContactPoint, Person, System
from rounds.people.queries import contact_points, record_of

INDEX = "contact point"
MOST_CONTACTS = 6
ENDING = 4


def normal(system: System, value: str, country: str) -> str:
    """Return an address in the one form we keep. Raises Invalid when it is none.

    Telephone numbers become E.164; one without a country code is read as one of `country`
    (ISO 3166, two letters). E-mail addresses are checked for their form only.
    """
    return _number(value, country) if system is System.SMS else _email(value)


def ending(number: str) -> str:
    """Return the last digits of a number, by which its owner knows it and nobody else."""
    return number[-ENDING:]


async def add_contact(
    unit: Unit, signer: Signer, person: Person, system: System, value: str, country: str
) -> ContactPoint:
    """Enter an address of a person; one that stands already is returned as it is."""
    address = normal(system, value, country)
    index = signer.index(INDEX, address)
    known = await contact_points(unit.session, person.id)
    for one in known:
        if one.value_index == index:
            return one
    if len(known) >= MOST_CONTACTS:
        raise Invalid("That is a lot of addresses.", {"value": "Please take one out first."})
    row = ContactPoint(
        id=new_id(),
        clinic_id=person.clinic_id,
        person_id=person.id,
        system=system,
        value=address,
        value_index=index,
        created_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    await _note(unit, row, "contact.add")
    return row


async def remove_contact(unit: Unit, row: ContactPoint) -> None:
    """Take an address out; nothing is sent to it any more."""
    if row.removed_at is None:
        row.removed_at = unit.now
        await _note(unit, row, "contact.remove")


async def verify_contact(unit: Unit, row: ContactPoint) -> None:
    """Note that the person proved to be reached here."""
    if row.verified_at is None:
        row.verified_at = unit.now
        await _note(unit, row, "contact.verify")


async def _note(unit: Unit, row: ContactPoint, action: str) -> None:
    whose = await record_of(unit.session, row.person_id)
    unit.tell(PersonChanged(PersonId(row.person_id)))
    await trail.record(unit, action, "person", row.person_id, whose, row.clinic_id)


def _email(value: str) -> str:
    try:
        # Somebody types it on a phone that begins words with a capital; no mailbox minds.
        return validate_email(value.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Invalid(
            "This is not an e-mail address.", {"email": "Please check the address."}
        ) from None


def _number(value: str, country: str) -> str:
    wrong = Invalid(
        "This is not a telephone number.", {"phone": "Please check the number, with its area code."}
    )
    try:
        number = phonenumbers.parse(value, country.upper() or None)
    except phonenumbers.NumberParseException:
        raise wrong from None
    if not phonenumbers.is_possible_number(number):
        raise wrong
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
