"""Pages of the trail: every line once, the newest first, narrowed by who, what and when."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from rounds.audit import trail
from rounds.audit.model import AuditEntry
from rounds.audit.queries import EVERYTHING, Wanted, about_patient_page, trail_page
from rounds.kernel.actor import SYSTEM, Actor, Role
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.people.model import Clinic
from rounds.resources import Foundation
from tests.making.clock import StoppedClock
from tests.making.fixtures import on_both
from tests.making.people import Someone, make_clinic, make_patient, make_staff

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


class Told:
    """Lines of a clinic, written one after the other, some in the same moment."""

    def __init__(self, earth: Foundation, clinic: Clinic, patient: Someone, gp: Someone) -> None:
        self.earth, self.clinic, self.patient, self.gp = earth, clinic, patient, gp
        clock = earth.clock
        assert isinstance(clock, StoppedClock)
        self.clock = clock
        session = SessionId(new_id())
        self.actor = Actor("staff", ClinicId(clinic.id), PersonId(gp.id), Role.GP, session=session)

    async def write(self, count: int) -> None:
        """A reading and a refusal in one moment, then a deed a minute later, again and again."""
        for _ in range(count):
            async with self.earth.units(self.actor) as unit:
                patient = self.patient.id
                await trail.record_reading(unit, "visit.read", "visit", new_id(), patient)
                trail.record_denial(unit, "team.manage", "patient", patient, patient)
            self.clock.move(minutes=1)
            async with self.earth.units(SYSTEM) as unit:
                await trail.record(unit, "team.join", "person", self.gp.id, patient, self.clinic.id)
            self.clock.move(days=1)

    async def walk(self, wanted: Wanted = EVERYTHING, size: int = 4) -> list[AuditEntry]:
        """All pages about the patient, one after the other."""
        found: list[AuditEntry] = []
        before = None
        async with self.earth.units.reading(SYSTEM) as unit:
            while True:
                page = await about_patient_page(unit.session, self.patient.id, wanted, before, size)
                found += page.lines
                before = page.older
                if before is None:
                    return found
                assert len(page.lines) == size


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(earth: Foundation) -> AsyncIterator[Told]:
    clinic = await make_clinic(earth.units)
    patient = await make_patient(earth.units, clinic)
    lines = Told(earth, clinic, patient, await make_staff(earth.units, clinic))
    lines.clock.move(minutes=1)
    await lines.write(6)
    yield lines


async def test_pages_hold_every_line_once_and_newest_first(told: Told) -> None:
    found = await told.walk()
    assert len({line.id for line in found}) == len(found) == 1 + 6 * 3
    assert found == sorted(found, key=lambda line: (line.at, line.id), reverse=True)
    assert found[-1].action == "patient.add"
    assert [line.id for line in await told.walk(size=100)] == [line.id for line in found]


async def test_lines_are_narrowed(told: Told) -> None:
    everything = await told.walk()

    def among(**wanted: object) -> list[str]:
        return [
            line.id
            for line in everything
            if all(getattr(line, name) == value for name, value in wanted.items())
        ]

    async def ids(wanted: Wanted) -> list[str]:
        return [line.id for line in await told.walk(wanted)]

    assert await ids(Wanted(person=told.gp.id)) == among(actor_id=told.gp.id)
    assert await ids(Wanted(outcome="denied")) == among(outcome="denied")
    assert await ids(Wanted(group="visits")) == among(action="visit.read")
    refused = Wanted(group="team", outcome="denied")
    assert await ids(refused) == among(action="team.manage", outcome="denied")
    assert await ids(Wanted(group="other")) == []
    assert len(await ids(Wanted(group="no such group"))) == len(everything)


async def test_a_day_has_its_own_lines_and_not_the_next_ones(told: Told) -> None:
    everything = await told.walk()
    noon = everything[3].at
    day = Wanted(since=noon, until=noon + timedelta(days=1))
    found = await told.walk(day)
    assert found
    on_that_day = [line for line in everything if noon <= line.at < noon + timedelta(days=1)]
    assert [line.id for line in found] == [line.id for line in on_that_day]
    on_the_edge = await told.walk(replace(day, since=None, until=noon))
    assert all(line.at < noon for line in on_the_edge)


async def test_a_page_names_everybody_it_is_about(told: Told) -> None:
    async with told.earth.units.reading(SYSTEM) as unit:
        page = await about_patient_page(unit.session, told.patient.id)
        assert page.people == {told.gp.id, told.patient.id}
        whole = await trail_page(unit.session, told.clinic.id)
        assert told.gp.id in whole.people
        assert {line.action for line in whole.lines} > {"staff.add", "clinic.found"}


async def test_nothing_of_another_patient_or_clinic_is_on_a_page(told: Told) -> None:
    clinic = await make_clinic(told.earth.units)
    other = await make_patient(told.earth.units, clinic)
    async with told.earth.units.reading(SYSTEM) as unit:
        (line,) = (await about_patient_page(unit.session, other.id)).lines
        assert line.patient_id == other.id
        # A mark from elsewhere, or of nothing, is the first page and opens nothing.
        for before in (line.id, new_id()):
            page = await about_patient_page(unit.session, told.patient.id, before=before)
            assert len(page.lines) == 19
        assert (await about_patient_page(unit.session, new_id())).lines == []
        theirs = (await trail_page(unit.session, clinic.id)).lines
        assert {one.clinic_id for one in theirs} == {clinic.id}
