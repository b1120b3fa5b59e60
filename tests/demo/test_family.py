"""The demo's patient and her sister can sign in between visits and find something there."""

from functools import partial
from pathlib import Path

from rounds.demo.clinic import keep_a_visit_open, make_clinic
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.queries import clinics, patients_of, relatives_of
from tests.making.ground import make_settings
from tests.making.house import running
from tests.making.people import Someone
from tests.making.portal import ask_for_code, hidden, sent_to
from tests.making.waiting import eventually


async def test_patient_and_sister_come_in_by_a_code(tmp_path: Path) -> None:
    async with running(make_settings(tmp_path, "")) as house:
        ground = house.foundation
        await make_clinic(ground.units, ground.passwords, ground.signer, "a-password-of-the-demo")
        await keep_a_visit_open(ground.units, ground.passwords, ground.settings.secret())
        async with ground.units.reading(SYSTEM) as unit:
            clinic = (await clinics(unit.session))[0]
            mara, _ = (await patients_of(unit.session, clinic.id))[0]
            ida = (await relatives_of(unit.session, mara.id))[0]
        for person, address in ((mara, "mara@lindqvist.example"), (ida, "07700 900271")):
            someone = Someone(person.id, person.name, Role.PATIENT, clinic.id)
            browser = house.browser()
            page = await ask_for_code(browser, address)
            (sent,) = await eventually(partial(sent_to, ground.units, someone, "my_sign_in"))
            form = {"ask": hidden(page, "ask"), "code": sent.values["code"]}
            assert (await browser.post("/my/code", data=form)).status == 303
            seen = (await browser.get("/my")).text
            assert f"Hello {person.given_name}" in seen
            assert "Start check-in" in seen
