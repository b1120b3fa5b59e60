"""Care teams and duties: begun, joined, handed over and left, by those who may."""

import asyncio

import pytest

from rounds.accounts.queries.staff import account_of
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import Clinic
from rounds.people.queries import open_responsibilities, responsibilities_of
from tests.making.browser import Browser
from tests.making.charts import add, make_office
from tests.making.consent import keep_out
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def begun(house: House) -> tuple[Clinic, Someone, Someone, Browser, str]:
    clinic, coordinator, gp = await make_office(house.units)
    office = await house.signed_in(coordinator)
    id = await add(office, lead=gp.id, coordinator=coordinator.id)
    return clinic, coordinator, gp, office, id


async def answering(house: House, patient: str) -> dict[str, str]:
    async with house.units.reading(SYSTEM) as unit:
        held = await open_responsibilities(unit.session, patient)
    return {str(one.matter): one.person_id for one in held}


async def test_a_team_begins_with_every_duty_held(house: House) -> None:
    _, coordinator, gp, office, id = await begun(house)
    assert await answering(house, id) == {
        "lead": gp.id, "alerts": gp.id, "coordination": coordinator.id,
    }  # fmt: skip
    form = {"lead": gp.id, "coordinator": coordinator.id}
    answer = await office.post(f"/patients/{id}/team/begin", data=form)
    assert answer.status == 409
    assert "has a care team already" in answer.text


async def test_a_duty_passes_with_its_reason_and_history(house: House) -> None:
    clinic, _, gp, office, id = await begun(house)
    other = await make_staff(house.units, clinic, Role.PSYCHIATRIST)
    path = f"/patients/{id}/team/hand-over"
    form = {"matter": "lead", "person": other.id, "reason": "On leave until May"}
    house.clock.move(minutes=1)
    assert (await office.post(path, data=form | {"reason": " "})).status == 422
    assert (await office.post(path, data=form)).status == 303
    held = await answering(house, id)
    assert (held["lead"], held["alerts"]) == (other.id, gp.id)
    text = (await (await house.signed_in(other)).get(f"/patients/{id}")).text
    assert "On leave until May" in text
    async with house.units.reading(SYSTEM) as unit:
        rows = [one for one in await responsibilities_of(unit.session, id) if one.matter == "lead"]
    assert [one.person_id for one in rows] == [other.id, gp.id]
    assert rows[1].ends_at == rows[0].begins_at
    assert {"responsibility.lead"} <= {line.action for line in await house.trail(patient_id=id)}


async def test_nobody_leaves_while_they_answer_for_something(house: House) -> None:
    clinic, _, gp, office, id = await begun(house)
    answer = await office.post(f"/patients/{id}/team/remove", data={"person": gp.id})
    assert answer.status == 409
    assert "Hand it over first." in answer.text
    other = await make_staff(house.units, clinic, Role.GP)
    for matter in ("lead", "alerts"):
        form = {"matter": matter, "person": other.id, "reason": "moved"}
        assert (await office.post(f"/patients/{id}/team/hand-over", data=form)).status == 303
    browser = await house.signed_in(gp)
    # Leaving by themselves leads back to the list, as the chart is closed to them.
    answer = await browser.post(f"/patients/{id}/team/remove", data={"person": gp.id})
    assert (answer.status, answer.headers["Location"]) == (303, "/patients")
    assert (await browser.get(f"/patients/{id}")).status == 404
    assert (await browser.get(f"/patients/{id}/team")).status == 404
    assert gp.name in (await office.get(f"/patients/{id}")).text


@pytest.mark.parametrize(
    ("role", "matter", "sentence"),
    [
        (Role.COORDINATOR, "lead", "Only a clinician"),
        (Role.ADMIN, "alerts", "Only a clinician"),
        (Role.INTERPRETER, "coordination", "Only staff of the clinic"),
    ],
)
async def test_a_duty_wants_the_profession_for_it(
    house: House, role: Role, matter: str, sentence: str
) -> None:
    clinic, _, _, office, id = await begun(house)
    other = await make_staff(house.units, clinic, role)
    before = await answering(house, id)
    form = {"matter": matter, "person": other.id, "reason": "x"}
    answer = await office.post(f"/patients/{id}/team/hand-over", data=form)
    assert answer.status == 422
    assert sentence in answer.text
    assert await answering(house, id) == before


async def test_strangers_former_colleagues_and_the_unwanted_join_no_team(house: House) -> None:
    clinic, _, _, office, id = await begun(house)
    foreign = await make_staff(house.units, await make_clinic(house.units))
    gone, unwanted = [await make_staff(house.units, clinic) for _ in range(2)]
    async with house.units(SYSTEM) as unit:
        account = await account_of(unit.session, gone.id)
        assert account is not None
        account.active = False
    patient = Someone(id, "", Role.PATIENT, clinic.id)
    await keep_out(house.units, patient, unwanted)
    path = f"/patients/{id}/team/add"
    for person, status in ((foreign.id, 422), (gone.id, 422), (unwanted.id, 409), (id, 422)):
        assert (await office.post(path, data={"person": person})).status == status
    assert (await office.post(path, data={"person": ""})).status == 422
    assert (await office.post(path, data={"person": "no id"})).status == 404
    text = (await office.get(f"/patients/{id}/team")).text
    assert gone.name not in text
    assert "Nobody leads" not in text


async def test_of_many_who_hand_over_at_once_exactly_one_stands(house: House) -> None:
    clinic, _, _, office, id = await begun(house)
    others = [await make_staff(house.units, clinic) for _ in range(4)]
    path = f"/patients/{id}/team/hand-over"
    answers = await asyncio.gather(
        *(
            office.post(path, data={"matter": matter, "person": one.id, "reason": "at once"})
            for one in others
            for matter in ("lead", "alerts", "coordination")
        )
    )
    assert {answer.status for answer in answers} == {303}
    async with house.units.reading(SYSTEM) as unit:
        rows = await responsibilities_of(unit.session, id)
    for matter in ("lead", "alerts", "coordination"):
        of_matter = [one for one in rows if one.matter == matter]
        assert len([one for one in of_matter if one.ends_at is None]) == 1
        assert len(of_matter) == 5
