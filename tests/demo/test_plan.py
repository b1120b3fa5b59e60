"""The plan of the demo's patient comes in like everybody's edits, and each of them is taken."""

from pathlib import Path

import pytest
from sqlalchemy import select

from rounds.careplan.model import PlanPending
from rounds.demo.clinic import make_clinic
from rounds.demo.plan import ENTRIES
from rounds.kernel.actor import SYSTEM
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.waiting import eventually


async def left(house: House) -> list[PlanPending]:
    async with house.units.reading(SYSTEM) as unit:
        return list(await unit.session.scalars(select(PlanPending)))


async def is_carried(house: House) -> bool:
    return all(one.seq is not None or one.refused for one in await left(house))


@pytest.mark.asyncio
async def test_every_entry_of_the_plan_is_taken(tmp_path: Path) -> None:
    async with running(make_settings(tmp_path, "")) as house:
        earth = house.foundation
        await make_clinic(earth.units, earth.passwords, earth.signer, "a-password-of-the-demo")
        await eventually(lambda: is_carried(house))
        assert [(one.edit, one.refused) for one in await left(house) if one.refused] == []
        assert len(await left(house)) == len(ENTRIES)
