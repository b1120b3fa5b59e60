"""What administrators do with colleagues: invite, change the role, take back, let go."""

from enum import StrEnum

from rounds.accounts.account_links import Purpose, issue, take_back
from rounds.accounts.credentials import drop_factor
from rounds.accounts.model import Account, AccountLink
from rounds.accounts.queries.sessions import open_sessions_of_account
from rounds.accounts.queries.staff import StaffLine, answered_for, locked_staff, staff_line
from rounds.accounts.session import end_sessions_of
from rounds.accounts.staff import add_account
from rounds.audit import trail
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.unit import Unit
from rounds.people.contacts import normal
from rounds.people.model import Clinic, Person, StaffMember, System
from rounds.people.register import Name, add_staff

INVITABLE = (
    Role.GP,
    Role.THERAPIST,
    Role.PSYCHIATRIST,
    Role.COORDINATOR,
    Role.INTERPRETER,
    Role.ADMIN,
)


class State(StrEnum):
    """How far an account is."""

    INVITED = "invited"
    ACTIVE = "active"
    NO_FACTOR = "no_factor"
    DEACTIVATED = "deactivated"


def state_of(account: Account | None) -> State:
    """Return how far an account is."""
    if account is None or not account.password_hash:
        return State.INVITED if account is None or account.active else State.DEACTIVATED
    if not account.active:
        return State.DEACTIVATED
    return State.ACTIVE if account.totp_confirmed_at else State.NO_FACTOR


def require_manage(unit: Unit) -> str:
    """Let only a freshly proved administrator go on; return their clinic."""
    require(unit, Action.STAFF_MANAGE, Thing("clinic", unit.actor.clinic, unit.actor.clinic))
    return str(unit.actor.clinic)


def require_read(unit: Unit) -> str:
    """Let only an administrator go on; return their clinic."""
    require(unit, Action.STAFF_READ, Thing("clinic", unit.actor.clinic, unit.actor.clinic))
    return str(unit.actor.clinic)


def role_of(word: str) -> Role:
    """Return the role of a form. Raises Invalid for one that is not the staff's."""
    if word not in INVITABLE:
        raise Invalid("Please choose a role.", {"role": "Please choose a role."})
    return Role(word)


async def invite(unit: Unit, name: Name, role: str, email: str) -> tuple[Account, AccountLink, str]:
    """Enter a colleague with an account nobody has taken up; return it, link and token.

    Raises Invalid for what does not do as a name, role or address, and Conflict for an address
    that has an account.
    """
    clinic = await unit.session.get_one(Clinic, require_manage(unit))
    wanted = role_of(role)
    address = normal(System.EMAIL, email, clinic.country)
    person = await add_staff(unit, clinic, name, wanted)
    account = await add_account(unit, person, address, "")
    row, token = await issue(unit, account, Purpose.SETUP)
    return account, row, token


async def new_link(unit: Unit, person: str) -> tuple[Account, AccountLink, str]:
    """Make a new link for a colleague: to set the account up, or to choose a new password."""
    _, account = await _member(unit, person)
    _check_active(account)
    purpose = Purpose.RESET if account.password_hash else Purpose.SETUP
    row, token = await issue(unit, account, purpose)
    return account, row, token


async def change_role(unit: Unit, person: str, was: str, role: str) -> None:
    """Give a colleague another role, from now on: they sign in again with it.

    `was` is the role the page showed; raises Conflict when somebody else changed it meanwhile,
    or when nobody would be left to run the clinic.
    """
    member, account = await _member(unit, person)
    wanted = role_of(role)
    if member.role != was:
        raise Conflict("Somebody else changed this role meanwhile. Look again before you go on.")
    if member.role == wanted:
        return
    if member.role == Role.ADMIN:
        await _check_another_admin(unit, person)
    member.role = wanted
    await end_sessions_of(unit, account.id, "signed_out")
    await trail.record(unit, f"staff.role_{wanted}", "person", person)


async def reset_factor(unit: Unit, person: str) -> None:
    """Forget a colleague's second factor; at the next sign-in they set up a new one."""
    _, account = await _member(unit, person)
    _check_active(account)
    if account.totp_confirmed_at is None:
        raise Conflict("This account has no second factor now.")
    await drop_factor(unit, account)
    await end_sessions_of(unit, account.id, "signed_out")


async def deactivate(unit: Unit, person: str) -> None:
    """Let a colleague go: sessions, sockets, sound and picture end at once, and every link.

    Raises Conflict for oneself, for the last administrator, and for somebody who still answers
    for patients (`patients` says for how many).
    """
    _, account = await _member(unit, person)
    if person == unit.actor.person:
        raise Conflict("You cannot deactivate yourself. Ask another administrator.")
    if not account.active:
        raise Conflict("Somebody else deactivated this account meanwhile.")
    await _check_another_admin(unit, person)
    patients = await answered_for(unit.session, person)
    if patients:
        raise Conflict(
            "This colleague still answers for patients. Hand them over first.",
            patients=len(patients),
        )
    account.active = False
    await take_back(unit, account.id)
    await end_sessions_of(unit, account.id, "revoked")
    await trail.record(unit, "staff.deactivate", "person", person)


async def reactivate(unit: Unit, person: str) -> None:
    """Let a colleague who had gone sign in again."""
    _, account = await _member(unit, person)
    if account.active:
        raise Conflict("This account is active already.")
    account.active = True
    await trail.record(unit, "staff.reactivate", "person", person)


async def read_member(unit: Unit, person: str) -> tuple[StaffLine, list[Person], int]:
    """Return a colleague, the patients they answer for, and how many sessions are open."""
    line = await staff_line(unit.session, require_read(unit), person)
    if line is None:
        raise NotFound("There is nothing here for you.")
    patients = list(await answered_for(unit.session, person))
    for one in patients:
        await trail.record_reading(unit, Action.STAFF_READ, "person", one.id, one.id)
    sessions = (
        await open_sessions_of_account(unit.session, line.account.id, unit.now)
        if line.account
        else []
    )
    return line, patients, len(sessions)


async def _member(unit: Unit, person: str) -> tuple[StaffMember, Account]:
    known = await locked_staff(unit.session, require_manage(unit))
    for member, account in known:
        if member.person_id == person:
            return member, account
    raise NotFound("There is nothing here for you.")


async def _check_another_admin(unit: Unit, person: str) -> None:
    known = await locked_staff(unit.session, str(unit.actor.clinic))
    others = [
        account
        for member, account in known
        if member.role == Role.ADMIN and member.person_id != person
    ]
    # Somebody who never signed in could not let anybody in again.
    if not any(one.active and one.password_hash for one in others):
        raise Conflict("The clinic needs an administrator. Make a colleague one first.")


def _check_active(account: Account) -> None:
    if not account.active:
        raise Conflict("This account is deactivated. Reactivate it first.")
