"""A plan begins when it is first opened, once, and each comes to what is theirs of it."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from rounds.careplan.kinds import SECTIONS
from rounds.careplan.model import CarePlan, PlanSection
from rounds.careplan.opening import Opened, open_plan
from rounds.kernel.actor import SYSTEM, Actor, Role
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.people.model import Clinic, Patient
from rounds.people.teams import begin_team
from rounds.resources import Foundation
from tests.making.fixtures import on_both
from tests.making.people import Someone, make_clinic, make_patient, make_staff

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


def actor(kind: str, clinic: Clinic, person: Someone) -> Actor:
    ids = ClinicId(clinic.id), PersonId(person.id)
    return Actor(kind, *ids, person.role, SessionId(new_id()))


async def opened(earth: Foundation, who: Actor, patient: Someone) -> Opened:
    async with earth.units(who) as unit:
        return await open_plan(unit, patient.id)


async def test_many_who_come_at_once_begin_one_plan(earth: Foundation) -> None:
    units = earth.units
    clinic = await make_clinic(units)
    patient, gp = await make_patient(units, clinic), await make_staff(units, clinic)
    coordinator = await make_staff(units, clinic, Role.COORDINATOR)
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, patient.id)
        await begin_team(unit, row, gp.id, coordinator.id)
    at_home = actor("my", clinic, patient)
    actors = [
        actor("staff", clinic, gp), actor("staff", clinic, coordinator), at_home
    ]  # fmt: skip
    found = await asyncio.gather(*(opened(earth, one, patient) for one in actors * 2))
    assert len({one.plan.id for one in found}) == 1
    assert found[0].sections.keys() == SECTIONS.keys()
    assert "team_notes" not in found[2].sections
    assert found[2].sections.items() <= found[0].sections.items()
    async with units.reading(SYSTEM) as unit:
        plans = await unit.session.scalar(
            select(func.count()).select_from(CarePlan).where(CarePlan.patient_id == patient.id)
        )
        sections = await unit.session.scalar(
            select(func.count())
            .select_from(PlanSection)
            .where(PlanSection.plan_id == found[0].plan.id)
        )
    assert (plans, sections) == (1, len(SECTIONS))


async def test_a_colleague_another_patient_and_nobodys_id_find_nothing(earth: Foundation) -> None:
    units = earth.units
    clinic = await make_clinic(units)
    patient, colleague = await make_patient(units, clinic), await make_staff(units, clinic)
    other = await make_patient(units, clinic)
    for one in (
        actor("staff", clinic, colleague),
        actor("my", clinic, other),
        actor("guest", clinic, patient),  # of no room about them
    ):
        with pytest.raises(NotFound):
            await opened(earth, one, patient)
    with pytest.raises(NotFound):
        await opened(earth, actor("staff", clinic, colleague), replace(patient, id=new_id()))
