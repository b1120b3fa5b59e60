"""What follows when agreements, exclusions and teams change: bells, and what holds with it."""

from rounds.consent.events import AccessEnded, ConsentWithdrawn
from rounds.consent.model import Purpose
from rounds.consent.queries import kept_out_of
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Conflict
from rounds.kernel.unit import Unit, Units
from rounds.notices.outbox import cancel_to
from rounds.people.events import MemberLeft, ResponsibilityPassed
from rounds.people.queries import relatives_of, team_of
from rounds.web.farewell import Farewells
from rounds.web.live import Live


async def keep_matters_reachable(unit: Unit, fact: ResponsibilityPassed) -> None:
    """Refuse to let somebody answer for a patient who keeps them out: they could not look."""
    if fact.person in await kept_out_of(unit.session, fact.patient):
        raise Conflict("The patient keeps this person out. Please choose somebody else.")


async def stop_messages(unit: Unit, fact: ConsentWithdrawn) -> None:
    """Take back what waits to be sent to a patient who just said that they want no messages."""
    if fact.purpose == Purpose.MESSAGES:
        for about in ("visit", "task"):
            await cancel_to(unit, fact.patient, about)


class AccessReactions:
    """Rings the open pages of those who may reach less, so that they leave what they show."""

    def __init__(self, units: Units, live: Live, farewells: Farewells) -> None:
        """Find people with `units`, ring with `live`, clear browsers with `farewells`."""
        self._units = units
        self._live = live
        self._farewells = farewells

    async def access_ended(self, fact: AccessEnded) -> None:
        """The patient ended something: ring whom it concerns, which may be everybody."""
        people = [fact.person] if fact.person else await self._everybody(fact.patient)
        for person in people:
            await self._ring(person, fact.patient)

    async def left(self, fact: MemberLeft) -> None:
        """Somebody left the care team: their open pages of the record leave as well."""
        await self._ring(fact.person, fact.patient)

    async def _ring(self, person: str, patient: str) -> None:
        self._farewells.note(person)
        await self._live.tell(person, "access_ended", {"patient": patient})

    async def _everybody(self, patient: str) -> list[str]:
        async with self._units.reading(SYSTEM) as unit:
            team = await team_of(unit.session, patient)
            family = await relatives_of(unit.session, patient)
        members = {one.person_id for one in team if one.ends_at is None}
        return sorted(members | {one.id for one in family})
