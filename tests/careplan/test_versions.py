"""Versions are kept by themselves and by people, bind each other, and are never changed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from rounds.careplan.acknowledging import acknowledge, standings
from rounds.careplan.content import read
from rounds.careplan.kinds import SHAPES
from rounds.careplan.looking import look, look_back
from rounds.careplan.signing import name, sign
from rounds.careplan.version_model import Meaning, PlanVersion, Reason
from rounds.careplan.version_queries import newest_signed, versions_of
from rounds.careplan.version_watch import KIND, REST, VersionWatch
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Conflict, Invalid, NotFound, Refusal
from rounds.kernel.signing import Signer
from rounds.notices.model import Notice
from rounds.people.model import System
from rounds.resources import Foundation
from tests.making.clock import StoppedClock
from tests.making.fixtures import on_both
from tests.making.notices import give_address
from tests.making.people import Someone
from tests.making.planned import Planned, make_planned

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def versions(there: Planned) -> list[PlanVersion]:
    async with there.earth.units.reading(SYSTEM) as unit:
        return list(await versions_of(unit.session, there.plan))


async def seen(there: Planned, who: Someone) -> str:
    async with there.earth.units(there.actor(who)) as unit:
        return (await look(unit, there.patient.id)).hash


async def signed(
    there: Planned, who: Someone, meaning: Meaning = Meaning.AUTHORED, looked_at: str = ""
) -> PlanVersion:
    looked_at = looked_at or await seen(there, who)
    async with there.earth.units(there.actor(who)) as unit:
        return await sign(unit, there.patient.id, SHAPES, looked_at, meaning)


def pass_time(earth: Foundation, by: timedelta) -> None:
    assert isinstance(earth.clock, StoppedClock)
    earth.clock.move(seconds=by.total_seconds())


async def test_a_plan_at_rest_is_kept_once(earth: Foundation) -> None:
    there, watch = await make_planned(earth), VersionWatch(earth.units, SHAPES)
    await watch.sweep()
    assert await versions(there) == []
    await there.write("problems", "p1", there.gp, "Pain")
    pass_time(earth, REST - timedelta(seconds=1))
    await watch.sweep()
    assert await versions(there) == []
    pass_time(earth, timedelta(seconds=1))
    for _ in range(2):
        await watch.sweep()
    found = await versions(there)
    assert [(one.number, one.reason, one.made_by) for one in found] == [(1, Reason.PAUSE, None)]
    assert read(found[0].content)["problems"][0].texts == {"text": "Pain"}
    # What was only spoken about says nothing new, and is not looked at again and again.
    await there.write("problems", "p1", there.gp, status="active")
    await there.write("problems", "p1", there.gp, status=None)
    pass_time(earth, REST)
    await watch.sweep()
    found = await versions(there)
    assert len(found) == 1
    assert found[0].rows == 4


async def test_versions_bind_each_other_and_a_change_is_seen(earth: Foundation) -> None:
    there = await make_planned(earth)
    for number in range(3):
        await there.write("problems", f"p{number}", there.gp, "Pain")
        async with earth.units(there.actor(there.gp)) as unit:
            await name(unit, there.patient.id, SHAPES, f"Name {number}")
    found = await versions(there)
    assert [one.previous for one in found] == ["", found[0].hash, found[1].hash]
    async with earth.units(there.actor(there.gp)) as unit:
        assert (await look_back(unit, there.patient.id)).broken is None
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(
            update(PlanVersion).where(PlanVersion.id == found[1].id).values(title="Other")
        )
    async with earth.units(there.actor(there.gp)) as unit:
        assert (await look_back(unit, there.patient.id)).broken == 2


async def test_one_signs_what_one_saw_and_nothing_else(earth: Foundation) -> None:
    there = await make_planned(earth)
    with pytest.raises(Conflict):
        await signed(there, there.gp)
    await there.write("problems", "p1", there.gp, "Pain")
    looked_at = await seen(there, there.gp)
    await there.write("problems", "p1", there.therapist, " and fear")
    with pytest.raises(Conflict):
        await signed(there, there.gp, looked_at=looked_at)
    assert await versions(there) == []
    version = await signed(there, there.gp)
    again = await signed(there, there.gp)
    other = await signed(there, there.therapist, Meaning.REVIEWED)
    assert version.id == again.id == other.id
    async with earth.units.reading(SYSTEM) as unit:
        found = await standings(unit.session, there.patient.id, version)
    assert {one.person.id: list(one.meanings) for one in found} == {
        there.patient.id: [],
        there.gp.id: [Meaning.AUTHORED],
        there.therapist.id: [Meaning.REVIEWED],
        there.coordinator.id: [],
    }


async def test_who_is_no_clinician_of_the_team_does_not_sign(earth: Foundation) -> None:
    there, other = await make_planned(earth), await make_planned(earth)
    await there.write("problems", "p1", there.gp, "Pain")
    looked_at = await seen(there, there.gp)
    for who in (there.coordinator, there.patient, other.gp):
        with pytest.raises(Refusal):
            await signed(there, who, looked_at=looked_at)
        async with earth.units(there.actor(who)) as unit:
            with pytest.raises(Refusal):
                await name(unit, there.patient.id, SHAPES, "Mine")
    assert await versions(there) == []


async def test_a_name_is_needed_and_not_too_long(earth: Foundation) -> None:
    there = await make_planned(earth)
    async with earth.units(there.actor(there.gp)) as unit:
        for title in ("", "x" * 121):
            with pytest.raises(Invalid):
                await name(unit, there.patient.id, SHAPES, title)


async def test_everybody_says_once_that_they_have_read_it(earth: Foundation) -> None:
    there, other = await make_planned(earth), await make_planned(earth)
    await there.write("problems", "p1", there.gp, "Pain")
    version = await signed(there, there.gp)
    for who in (there.patient, there.therapist, there.patient):
        async with earth.units(there.actor(who)) as unit:
            await acknowledge(unit, there.patient.id, version.id)
    async with earth.units.reading(SYSTEM) as unit:
        found = await standings(unit.session, there.patient.id, version)
    assert {one.person.id for one in found if one.read_at is None} == {there.coordinator.id}
    for who in (other.gp, other.patient):
        async with earth.units(other.actor(who)) as unit:
            with pytest.raises(NotFound):
                await acknowledge(unit, there.patient.id, version.id)
    await there.write("problems", "p1", there.gp, "!")
    newer = await signed(there, there.gp)
    async with earth.units(there.actor(there.patient)) as unit:
        with pytest.raises(Conflict):
            await acknowledge(unit, there.patient.id, version.id)
        assert (await newest_signed(unit.session, there.plan)) is not None
    assert newer.number == version.number + 1


async def test_coordinators_hear_once_who_has_not_read_it_in_time(earth: Foundation) -> None:
    there, watch = await make_planned(earth), VersionWatch(earth.units, SHAPES)
    signer = Signer(b"0" * 32)
    await give_address(earth.units, signer, there.coordinator, System.EMAIL)
    await there.write("problems", "p1", there.gp, "Pain")
    version = await signed(there, there.gp)
    pass_time(earth, timedelta(days=4))
    await watch.sweep()
    assert await notices(earth, there) == []
    pass_time(earth, timedelta(days=10))
    for _ in range(2):
        await watch.sweep()
    told = await notices(earth, there)
    assert len(told) == 1
    assert "Pain" not in told[0].values
    assert there.patient.name not in told[0].values
    assert version.id in (told[0].key or "")


async def test_patients_never_see_what_is_hidden_not_even_that_it_changed(
    earth: Foundation,
) -> None:
    there, watch = await make_planned(earth), VersionWatch(earth.units, SHAPES)
    await there.write("problems", "p1", there.gp, "Pain")
    pass_time(earth, REST)
    await watch.sweep()
    await there.write("team_notes", "n1", there.gp, "Between us")
    pass_time(earth, REST)
    await watch.sweep()
    assert len(await versions(there)) == 2
    async with earth.units(there.actor(there.patient)) as unit:
        past = await look_back(unit, there.patient.id)
    assert "Between us" not in repr(past.events) + repr([one.content for one in past.versions])
    assert [one.version.number for one in past.versions] == [1]
    assert "team_notes" not in past.plan.content
    async with earth.units(there.actor(there.patient)) as unit:
        with pytest.raises(NotFound):
            await look_back(unit, there.patient.id, "team_notes")
    async with earth.units(there.actor(there.gp)) as unit:
        past = await look_back(unit, there.patient.id)
    assert [one.version.number for one in past.versions] == [2, 1]


async def notices(earth: Foundation, there: Planned) -> list[Notice]:
    async with earth.units.reading(SYSTEM) as unit:
        found = await unit.session.scalars(
            select(Notice).where(Notice.kind == KIND, Notice.person_id == there.coordinator.id)
        )
        return list(found)
