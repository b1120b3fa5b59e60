"""rounds admin create: the clinic, its administrators, and their way in."""

from argparse import Namespace
from dataclasses import dataclass
from datetime import date

from rounds.accounts.account_links import LASTS, PATH, Purpose, issue
from rounds.accounts.credentials import drop_factor
from rounds.accounts.model import Account
from rounds.accounts.queries.staff import account_by_email
from rounds.accounts.session import end_sessions_of
from rounds.accounts.staff import add_account
from rounds.commands.asking import Asked
from rounds.commands.serve import Refused
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.config import Settings
from rounds.kernel.unit import Unit
from rounds.migrations.runner import current, migrate, newest
from rounds.people.contacts import add_contact
from rounds.people.crisis import help_in
from rounds.people.model import Clinic, Person, StaffMember, System
from rounds.people.queries import clinics
from rounds.people.register import CrisisHelp, Name, add_staff, found_clinic
from rounds.resources import Foundation, lay_foundation


@dataclass(frozen=True, slots=True)
class Made:
    """What was done: the person, the sentence about it, and the link."""

    done: str
    purpose: Purpose
    token: str


async def create_admin(settings: Settings, given: Namespace) -> None:
    """Make the clinic and its first administrator, or another one, and print a set-up link."""
    foundation = lay_foundation(settings)
    try:
        await _bring_up(foundation)
        async with foundation.units.reading(SYSTEM) as unit:
            there = await clinics(unit.session)
        asked = Asked(given)
        crisis = None if there else _crisis(asked, foundation.clock.now().date())
        email = asked.email(there[0].country if there else asked.country())
        async with foundation.units.reading(SYSTEM) as unit:
            known = await account_by_email(unit.session, email) if there else None
        name = Name("", "") if known else asked.name()
        async with foundation.units(SYSTEM) as unit:
            clinic = await _clinic(unit, asked, crisis)
            made = await _admin(unit, foundation, clinic, name, email, given.reset_second_factor)
    finally:
        await foundation.close()
    print(made.done)
    if crisis is not None:
        print(f"\nPatients in danger read: {crisis.text} {crisis.number}")
        print("  Please call the number once, and read the sentence aloud.")
    hours = int(LASTS[made.purpose].total_seconds()) // 3600
    lasts = f"{hours // 24} days" if hours > 24 else "1 hour"
    print(f"\nOpen this link to choose a password. It works once, within {lasts}:")
    print(f"  {settings.origin}{PATH}{made.token}")
    if not there:
        print("\nIt opens as soon as the server runs: rounds serve")


async def _bring_up(foundation: Foundation) -> None:
    here = await current(foundation.engine)
    if here is None:
        await migrate(foundation.engine)
    elif here != newest():
        raise Refused("The database is not of this version.\n  Fix: run rounds migrate")


async def _clinic(unit: Unit, asked: Asked, crisis: CrisisHelp | None) -> Clinic:
    there = await clinics(unit.session)
    if len(there) == 1:
        return there[0]
    if there:
        raise Refused("There are several clinics in this database; add colleagues in its pages.")
    if crisis is None:
        raise Refused("The clinic vanished meanwhile. Please run the command again.")
    return await found_clinic(
        unit,
        name=asked.text("clinic", "Name of the clinic"),
        phone=asked.phone(),
        time_zone=asked.time_zone(),
        country=asked.country(),
        language=asked.language(),
        crisis=crisis,
    )


async def _admin(
    unit: Unit, foundation: Foundation, clinic: Clinic, name: Name, email: str, reset: bool
) -> Made:
    account = await account_by_email(unit.session, email)
    if account is None:
        person = await add_staff(unit, clinic, name, Role.ADMIN)
        account = await add_account(unit, person, email, "")
        await add_contact(unit, foundation.signer, person, System.EMAIL, email, clinic.country)
        _, token = await issue(unit, account, Purpose.SETUP)
        return Made(f"{person.name} is an administrator of {clinic.name}.", Purpose.SETUP, token)
    person = await _same_admin(unit, account)
    if reset:
        await drop_factor(unit, account)
        await end_sessions_of(unit, account.id, "signed_out")
    purpose = Purpose.RESET if account.password_hash else Purpose.SETUP
    _, token = await issue(unit, account, purpose)
    factor = " The second factor is reset." if reset else ""
    return Made(f"{person.name} gets a new link; older ones end.{factor}", purpose, token)


async def _same_admin(unit: Unit, account: Account) -> Person:
    member = await unit.session.get(StaffMember, account.person_id)
    if member is None or member.role != Role.ADMIN:
        raise Refused(
            "This e-mail belongs to a colleague who is no administrator.\n"
            "  Fix: another administrator changes the role under Clinic, Staff."
        )
    if not account.active:
        raise Refused(
            "This account is deactivated.\n"
            "  Fix: another administrator reactivates it under Clinic, Staff; "
            "or give another e-mail."
        )
    return await unit.session.get_one(Person, account.person_id)


def _crisis(asked: Asked, today: date) -> CrisisHelp:
    own = [asked.own(name) for name in ("crisis_number", "crisis_text", "crisis_source")]
    shipped = help_in(asked.country(), asked.language())
    if shipped is not None and not any(own):
        return shipped
    number, text, source = (
        asked.text("crisis_number", "Number to call in danger"),
        asked.text("crisis_text", "Sentence before it, such as: Feel unsafe right now? Call"),
        asked.text("crisis_source", "Where both are from, such as the ministry's page"),
    )
    return CrisisHelp(number, text, source, today)
