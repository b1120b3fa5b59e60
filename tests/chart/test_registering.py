"""Entering a patient and correcting what is known, in any script, by two people at once."""

import asyncio

import pytest

from rounds.kernel.actor import Role
from rounds.people.register import LONGEST_NAME
from tests.making.charts import add, id_of, make_office, patient_form
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic, make_patient, make_staff

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

NAMES = [
    ("نور", "حدّاد"),
    ("שרה־לאה", "בן־ציון"),
    ("さくら", "佐藤"),
    ("A" * LONGEST_NAME, "Ω" * LONGEST_NAME),
    ("Zoë", "O'Neill-d’Arcy"),
    ("👩‍⚕️", "Z̷̢̛͖a̸l̶g̴o̵"),
    ("<b>Mara</b>", "{{ 7*7 }}"),
    ("", "Suharto"),
]


@pytest.mark.parametrize(("given", "family"), NAMES)
async def test_a_name_in_any_script_stands_as_it_was_written(
    house: House, given: str, family: str
) -> None:
    _, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    id = await add(browser, given=given, family=family)
    for path in ("/patients", f"/patients/{id}", f"/patients/{id}/identity"):
        answer = await browser.get(path)
        assert answer.status == 200
        assert "<b>Mara" not in answer.text
        assert family.replace("'", "&#39;") in answer.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"given": "", "family": " "}, "Please write a name."),
        ({"given": "a" * 201}, "200 letters"),
        ({"given": "a\x01b"}, "cannot be seen"),
        ({"given": "\u202egnol"}, "cannot be seen"),
        ({"born": "tomorrow"}, "1991-09-03"),
        ({"born": "2190-01-01"}, "check the year"),
        ({"born": "1850-01-01"}, "check the year"),
        ({"number": " "}, "Please write your clinic&#39;s number."),
        ({"number": "9" * 41}, "40 signs"),
        ({"language": "tlh"}, "choose from the list"),
        ({"email": "not one"}, "Please check the address."),
        ({"phone": "12"}, "Please check the number"),
        ({"lead": "nobody", "coordinator": "nobody"}, "Please choose somebody."),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_half_done(
    house: House, changes: dict[str, str], sentence: str
) -> None:
    _, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    answer = await browser.post("/patients/new", data=patient_form(**changes))
    assert answer.status == 422
    assert sentence in answer.text
    assert "0 patients in care" in (await browser.get("/patients")).text


async def test_half_a_team_is_none(house: House) -> None:
    _, coordinator, gp = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    answer = await browser.post("/patients/new", data=patient_form(lead=gp.id))
    assert answer.status == 422
    assert "somebody who coordinates" in answer.text
    answer = await browser.post(
        "/patients/new", data=patient_form(lead=coordinator.id, coordinator=coordinator.id)
    )
    assert "Only a clinician can answer for this." in answer.text
    assert "0 patients in care" in (await browser.get("/patients")).text


async def test_a_number_belongs_to_one_patient_however_it_is_written(house: House) -> None:
    _, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    first = await add(browser, number="HS-77 a")
    answer = await browser.post("/patients/new", data=patient_form(number=" hs-77  A"))
    assert answer.status == 409
    assert "Another patient has this number." in answer.text
    assert f"/patients/{first}" in answer.text
    second = await add(browser)
    form = patient_form(number="HS-77 A") | {"language": "en"}
    answer = await browser.post(f"/patients/{second}/identity", data=form)
    assert answer.status == 409
    assert "HS-77" not in (await browser.get(f"/patients/{second}")).text


async def test_a_patient_from_before_there_were_indexes_keeps_the_number(house: House) -> None:
    clinic, coordinator, _ = await make_office(house.units)
    old = await make_patient(house.units, clinic, "Mara")
    browser = await house.signed_in(coordinator)
    number = (await browser.get(f"/patients/{old.id}")).text.partition("<bdi>HS-")[2]
    taken = "HS-" + number.partition("<")[0]
    answer = await browser.post("/patients/new", data=patient_form(number=taken))
    assert answer.status == 409


async def test_another_clinic_may_use_the_same_number(house: House) -> None:
    for _ in range(2):
        _, coordinator, _ = await make_office(house.units)
        await add(await house.signed_in(coordinator), number="SAME-1")


async def test_somebody_alike_is_shown_first_and_added_anyway(house: House) -> None:
    _, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    first = await add(browser, given="Lucía", family="Ferrer")
    form = patient_form(given="lucia ", family="FERRER")
    answer = await browser.post("/patients/new", data=form)
    assert answer.status == 409
    assert f"/patients/{first}" in answer.text
    assert "Add anyway" in answer.text
    assert (await browser.post("/patients/new", data=form | {"anyway": "true"})).status == 303


async def test_a_clinician_is_warned_of_a_patient_whose_chart_is_closed(house: House) -> None:
    _, coordinator, gp = await make_office(house.units)
    office = await house.signed_in(coordinator)
    first = await add(office, given="Ruth", family="Abebe")
    browser = await house.signed_in(gp)
    form = patient_form(given="Ruth", family="Abebe")
    answer = await browser.post("/patients/new", data=form)
    assert answer.status == 409
    assert first not in answer.text
    assert "You cannot open that chart" in answer.text


async def test_of_two_who_add_the_same_patient_one_wins(house: House) -> None:
    clinic, coordinator, _ = await make_office(house.units)
    other = await make_staff(house.units, clinic, Role.ADMIN)
    browsers = [await house.signed_in(one) for one in (coordinator, other)]
    form = patient_form()
    answers = await asyncio.gather(*(one.post("/patients/new", data=form) for one in browsers * 3))
    assert sorted(answer.status for answer in answers) == [303] + [409] * 5
    assert "1 patient in care" in (await browsers[0].get("/patients")).text


async def test_a_clinician_belongs_to_the_team_of_whom_they_add(house: House) -> None:
    clinic, _, gp = await make_office(house.units)
    colleague = await make_staff(house.units, clinic, Role.THERAPIST)
    browser = await house.signed_in(gp)
    id = await add(browser, lead=colleague.id, coordinator=colleague.id)
    assert (await browser.get(f"/patients/{id}")).status == 200


async def test_correcting_names_each_deed_in_the_trail(house: House) -> None:
    _, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    id = await add(browser)
    form = patient_form(given="نور", prefix="Dr") | {"language": "ar", "interpreter": "ar"}
    assert (await browser.post(f"/patients/{id}/identity", data=form)).status == 303
    text = (await browser.get(f"/patients/{id}")).text
    assert "Dr نور Haddad" in text
    assert "Needs an interpreter: Arabic" in text
    lines = {line.action for line in await house.trail(patient_id=id, outcome="done")}
    assert lines >= {"person.rename", "person.language", "patient.number", "patient.interpreter"}
    assert "patient.born" not in lines
    # Found by the new name from now on, not by the old one.
    again = await browser.post("/patients/new", data=form | {"number": "other"})
    assert id in again.text


async def test_nobody_of_another_clinic_adds_or_corrects(house: House) -> None:
    _, coordinator, _ = await make_office(house.units)
    id = await add(await house.signed_in(coordinator))
    stranger = await make_staff(house.units, await make_clinic(house.units), Role.ADMIN)
    browser = await house.signed_in(stranger)
    form = patient_form() | {"language": "en"}
    assert (await browser.post(f"/patients/{id}/identity", data=form)).status == 404
    assert (await browser.get(f"/patients/{id}")).status == 404
    interpreter = await make_staff(house.units, await make_clinic(house.units), Role.INTERPRETER)
    answer = await (await house.signed_in(interpreter)).post("/patients/new", data=form)
    assert answer.status == 404
    assert id_of(await browser.post("/patients/new", data=form)) != id
