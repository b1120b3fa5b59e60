"""The plan of the demo's patient comes in like everybody's edits, and each of them is taken."""

from pathlib import Path

import pytest
from sqlalchemy import select

from rounds.careplan.model import PlanPending
from rounds.careplan.template_files import shipped
from rounds.demo.clinic import make_clinic
from rounds.demo.plan import ENTRIES, PATHWAY, TAKEN, written
from rounds.kernel.actor import SYSTEM
from rounds.people.queries import clinics, patients_of
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.pages import words
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
        assert len(await left(house)) == len(ENTRIES) + len(TAKEN)


@pytest.mark.asyncio
async def test_an_entry_leads_a_newcomer_back_to_its_template(tmp_path: Path) -> None:
    async with running(make_settings(tmp_path, "")) as house:
        earth = house.foundation
        await make_clinic(earth.units, earth.passwords, earth.signer, "a-password-of-the-demo")
        await eventually(lambda: is_carried(house))
        gp = house.browser()
        await gp.sign_in("amara@harbour.example", "a-password-of-the-demo")
        async with house.units.reading(SYSTEM) as unit:
            clinic = (await clinics(unit.session))[0]
            mara, _ = (await patients_of(unit.session, clinic.id))[0]
        page = (await gp.get(f"/patients/{mara.id}/plan")).text
        link = f"/templates/{PATHWAY}?version=1"
        assert f'href="{link}"' in page
        assert "From the template “Fatigue”, version 1" in words(page)
        template = (await gp.get(link)).text
        (taken,) = (one for one in shipped()[PATHWAY].template.entries if one.key in TAKEN)
        for said in taken.words:
            assert said in words(page)
            assert said in words(template)
            assert said in written()
        uses = words((await gp.get(f"/patients/{mara.id}/plan/templates")).text)
        assert "Fatigue, version 1 : 1 entry" in uses
        assert "Amara Osei" in uses
