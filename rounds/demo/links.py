"""The links of the demo clinic, for people and for tools."""

from collections.abc import Sequence
from dataclasses import dataclass

from rounds.accounts.model import Account
from rounds.accounts.queries.invitations import invitations_of_room
from rounds.accounts.queries.staff import account_of
from rounds.demo.clinic import demo_pin, demo_token, is_open_now
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.config import Settings
from rounds.kernel.errors import Forbidden
from rounds.kernel.signing import Signer, fingerprint
from rounds.kernel.unit import Unit, Units
from rounds.people.model import Clinic
from rounds.people.queries import clinics, staff
from rounds.rooms.model import Room
from rounds.visits.model import Visit
from rounds.visits.queries import visits_of_clinic

PURPOSE = "demo sign-in"
LINK_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class PersonLink:
    """A link that signs a member of the demo clinic's staff in."""

    name: str
    role: str
    url: str


@dataclass(frozen=True, slots=True)
class VisitLinks:
    """The links of one visit; a link that staff replaced since is not known here."""

    id: str
    patient_url: str | None
    relative_url: str | None
    pin: str | None


@dataclass(frozen=True, slots=True)
class DemoLinks:
    """Everything `rounds links` prints."""

    people: Sequence[PersonLink]
    visits: Sequence[VisitLinks]


async def list_links(units: Units, settings: Settings, signer: Signer) -> DemoLinks:
    """Return the links. Raises Forbidden outside of a demo on this very machine."""
    async with units.reading(SYSTEM) as unit:
        clinic = await demo_clinic(unit, settings)
        people = [
            PersonLink(person.name, str(member.role), f"{settings.origin}/demo#t={token}")
            for person, member in await staff(unit.session, clinic.id)
            if (token := await _staff_token(unit, signer, person.id)) is not None
        ]
        known = await visits_of_clinic(unit.session, clinic.id)
        # The newest that is open now comes first: it is the one to try.
        known = sorted(known, key=lambda pair: pair[0].id, reverse=True)
        known = sorted(known, key=lambda pair: not is_open_now(pair[0], unit.now))
        visits = [await _visit_links(unit, settings, visit, room) for visit, room in known]
    return DemoLinks(people, visits)


async def demo_clinic(unit: Unit, settings: Settings) -> Clinic:
    """Return the demo clinic. Raises Forbidden where there is none or others could reach it."""
    known = await clinics(unit.session)
    if len(known) != 1 or not known[0].is_demo:
        raise Forbidden("This is not a demo: its people sign in with their own passwords.")
    if not settings.listens_on_loopback:
        raise Forbidden("Demo links work only while the server listens on this machine alone.")
    return known[0]


async def account_of_token(unit: Unit, signer: Signer, token: str) -> Account | None:
    """Return whose demo link this is. Raises Gone for a token that is none."""
    value = signer.read(PURPOSE, token, LINK_SECONDS)
    return await account_of(unit.session, str(value))


async def _staff_token(unit: Unit, signer: Signer, person: str) -> str | None:
    account = await account_of(unit.session, person)
    return signer.sign(PURPOSE, person) if account is not None else None


async def _visit_links(unit: Unit, settings: Settings, visit: Visit, room: Room) -> VisitLinks:
    urls: dict[str, str] = {}
    asks = False
    secret = settings.secret()
    for row in await invitations_of_room(unit.session, room.id):
        token = demo_token(secret, room.id, row.person_id)
        if row.token_hash == fingerprint(token) and row.revoked_at is None:
            urls[str(row.role)] = f"{settings.origin}/j#t={token}"
            asks = asks or row.pin_hash is not None
    pin = demo_pin(secret, room.id) if asks else None
    return VisitLinks(visit.id, urls.get(Role.PATIENT), urls.get(Role.RELATIVE), pin)
