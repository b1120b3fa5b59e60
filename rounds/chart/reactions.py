"""Tells pages about a patient that something changed, to those who may see it."""

from collections.abc import Iterable

from rounds.consent.access import OFFICE
from rounds.consent.events import AccessEnded, ConsentGiven
from rounds.consent.queries import kept_out_of
from rounds.kernel.actor import SYSTEM
from rounds.kernel.tasks import Tasks
from rounds.kernel.unit import Units
from rounds.people.events import (
    MemberJoined,
    MemberLeft,
    PatientAdded,
    PersonChanged,
    ResponsibilityPassed,
)
from rounds.people.model import Patient
from rounds.people.queries import record_of, staff, team_of
from rounds.visits.events import VisitChanged
from rounds.visits.queries import visit_of_room
from rounds.web.live import Live

About = MemberJoined | MemberLeft | ResponsibilityPassed | ConsentGiven | AccessEnded | PatientAdded


class ChartReactions:
    """Rings the pages of the team and of the office; what changed they ask for themselves.

    Several facts about one patient in a row are one bell.
    """

    def __init__(self, units: Units, live: Live, tasks: Tasks) -> None:
        """Find the audience with `units`, ring with `live`, out of the deed's way with `tasks`."""
        self._units = units
        self._live = live
        self._tasks = tasks
        self._waiting: dict[str, set[str]] = {}

    async def changed(self, fact: About) -> None:
        """Ring for a patient; who may see less of them from now on hears it, too."""
        leaver = fact.person if isinstance(fact, MemberLeft | AccessEnded) else None
        self._ring_soon(fact.patient, [leaver] if leaver else [])

    async def person_changed(self, fact: PersonChanged) -> None:
        """Ring for a patient, or for the one whom a relative belongs to."""
        async with self._units.reading(SYSTEM) as unit:
            patient = await record_of(unit.session, fact.person)
        if patient is not None:
            self._ring_soon(patient)

    async def visit_changed(self, fact: VisitChanged) -> None:
        """Ring for the patient of a visit."""
        async with self._units.reading(SYSTEM) as unit:
            visit = await visit_of_room(unit.session, fact.room)
        if visit is not None:
            self._ring_soon(visit.patient_id)

    def _ring_soon(self, patient: str, leavers: Iterable[str] = ()) -> None:
        if patient in self._waiting:
            self._waiting[patient].update(leavers)
            return
        self._waiting[patient] = set(leavers)
        self._tasks.once("patient-bell", self._ring(patient))

    async def _ring(self, patient: str) -> None:
        people = self._waiting.pop(patient)
        async with self._units.reading(SYSTEM) as unit:
            row = await unit.session.get(Patient, patient)
            if row is None:
                return
            for one in await team_of(unit.session, patient):
                if one.ends_at is None:
                    people.add(one.person_id)
            for person, member in await staff(unit.session, row.clinic_id):
                if member.role in OFFICE:
                    people.add(person.id)
            people -= await kept_out_of(unit.session, patient)
        for who in sorted(people):
            await self._live.tell(who, "patient_changed", {"patient": patient})
