"""Nobody watches: found fourteen days ahead, told 24 hours before, once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.notices.model import Notice
from rounds.people.contacts import add_contact, verify_contact
from rounds.people.model import Clinic, Person, System
from rounds.scheduling.coverage import coming_gaps, watched_now
from rounds.scheduling.coverage_watch import KIND, CoverageWatch
from rounds.scheduling.model import TimeOff
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.schedule import be_on_call, keep_hours

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def notices_of(house: House, person: Someone) -> list[Notice]:
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(Notice).where(Notice.person_id == person.id, Notice.kind == KIND)
        )
        return list(found.scalars())


async def gaps_of(house: House, clinic: Clinic) -> list[tuple[str, str]]:
    async with house.units.reading(SYSTEM) as unit:
        row = await unit.session.get_one(Clinic, clinic.id)
        gaps = await coming_gaps(unit.session, row, unit.now)
    return [(f"{one.begins:%d %H:%M}", f"{one.ends:%d %H:%M}") for one in gaps]


def day(house: House, days: int, hour: int) -> datetime:
    now = house.clock.now()
    return now.replace(hour=hour, minute=0) + timedelta(days=days)


async def test_a_gap_is_what_the_hours_promise_and_no_shift_covers(house: House) -> None:
    clinic = await make_clinic(house.units)
    gp = await make_staff(house.units, clinic)
    assert await gaps_of(house, clinic) == []
    wanted = house.clock.now() + timedelta(days=2)
    await keep_hours(house.units, clinic, {wanted.weekday(): [(540, 1020)]})
    days = [f"{wanted:%d}", f"{wanted + timedelta(days=7):%d}"]
    assert await gaps_of(house, clinic) == [(f"{one} 09:00", f"{one} 17:00") for one in days]
    await be_on_call(house.units, clinic, gp, day(house, 2, 8), day(house, 2, 12))
    assert (await gaps_of(house, clinic))[0] == (f"{days[0]} 12:00", f"{days[0]} 17:00")
    await be_on_call(house.units, clinic, gp, day(house, 2, 12), day(house, 2, 17))
    assert len(await gaps_of(house, clinic)) == 1


async def test_a_coordinator_is_told_once_24_hours_before(house: House) -> None:
    clinic = await make_clinic(house.units)
    coordinator = await make_staff(house.units, clinic, Role.COORDINATOR)
    admin = await make_staff(house.units, clinic, Role.ADMIN)
    async with house.units(SYSTEM) as unit:
        person = await unit.session.get_one(Person, coordinator.id)
        address = await add_contact(
            unit, house.foundation.signer, person, System.EMAIL, "sam@harbour.example", "GB"
        )
        await verify_contact(unit, address)
    begins = house.clock.now() + timedelta(hours=30)
    minutes = begins.hour * 60
    await keep_hours(house.units, clinic, {begins.weekday(): [(minutes, minutes + 60)]})
    watch = CoverageWatch(house.units)
    await watch.sweep()
    assert await notices_of(house, coordinator) == []
    house.pass_time(hours=6)
    await watch.sweep()
    await watch.sweep()
    found = await notices_of(house, coordinator)
    assert sorted(str(one.channel) for one in found) == ["email", "push"]
    assert await notices_of(house, admin) == []
    house.pass_time(hours=6, minutes=30)
    await watch.sweep()
    assert len(await notices_of(house, coordinator)) == 2


async def test_without_coordinators_the_administrators_are_told(house: House) -> None:
    clinic = await make_clinic(house.units)
    admin = await make_staff(house.units, clinic, Role.ADMIN)
    now = house.clock.now()
    await keep_hours(house.units, clinic, {now.weekday(): [(0, 1440)]})
    await CoverageWatch(house.units).sweep()
    assert [str(one.channel) for one in await notices_of(house, admin)] == ["push"]


async def test_who_is_away_or_has_gone_watches_nothing(house: House) -> None:
    clinic = await make_clinic(house.units)
    gp = await make_staff(house.units, clinic)
    now = house.clock.now()

    async def watched() -> bool:
        async with house.units.reading(SYSTEM) as unit:
            return await watched_now(unit.session, clinic.id, now)

    assert not await watched()
    await be_on_call(house.units, clinic, gp, now, now + timedelta(hours=8))
    assert await watched()
    away = TimeOff(
        id=new_id(),
        clinic_id=clinic.id,
        person_id=gp.id,
        begins_at=now,
        ends_at=now + timedelta(hours=1),
        words="",
    )
    async with house.units(SYSTEM) as unit:
        unit.session.add(away)
    assert not await watched()
    async with house.units.reading(SYSTEM) as unit:
        assert await watched_now(unit.session, clinic.id, now + timedelta(hours=2))
        assert not await watched_now(unit.session, clinic.id, now + timedelta(hours=8))
