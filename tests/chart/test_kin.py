"""People close to a patient and everybody's addresses: entered, corrected and taken out."""

import pytest

from rounds.consent.model import Scope
from rounds.consent.queries import consents_for
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.queries import contact_points, kin_of
from tests.making.browser import Browser
from tests.making.charts import add, make_office
from tests.making.consent import give_family_access
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_patient, make_relative

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def opened(house: House) -> tuple[Browser, str, str]:
    """The office's browser, the patient's id, the clinic's id."""
    clinic, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    return browser, await add(browser), clinic.id


async def kin(house: House, patient: str) -> list[tuple[str, str, str]]:
    async with house.units.reading(SYSTEM) as unit:
        found = await kin_of(unit.session, patient)
    return [(one.id, one.name, tie.relationship) for one, tie in found]


async def ways(house: House, person: str) -> list[tuple[str, str]]:
    async with house.units.reading(SYSTEM) as unit:
        return [(one.id, one.value) for one in await contact_points(unit.session, person)]


async def test_a_relative_comes_with_a_relationship_of_the_list_or_own_words(house: House) -> None:
    browser, id, _ = await opened(house)
    path = f"/patients/{id}/people"
    form = {"given": "Ida", "family": "Haddad", "relationship": "sister", "phone": "020 7946 0999"}
    assert (await browser.post(path, data=form)).status == 303
    form = {"given": "Ahmed", "own_words": "neighbour's uncle"}
    assert (await browser.post(path, data=form)).status == 303
    (ida, _, _), (_, _, words) = await kin(house, id)
    assert words == "neighbour's uncle"
    assert [value for _, value in await ways(house, ida)] == ["+442079460999"]
    text = (await browser.get(f"/patients/{id}")).text
    assert "Sister" in text
    assert "neighbour&#39;s uncle" in text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"given": "Ida"}, "choose, or write it yourself"),
        ({"relationship": "sister"}, "Please write a name."),
        ({"given": "Ida", "own_words": "x" * 61}, "60 letters"),
        ({"given": "Ida", "relationship": "sister", "email": "a@b@c"}, "check the address"),
        ({"given": "Ida", "relationship": "sister", "language": "xx"}, "choose from the list"),
    ],
)
async def test_what_cannot_be_is_refused_and_kept_in_the_form(
    house: House, form: dict[str, str], sentence: str
) -> None:
    browser, id, _ = await opened(house)
    answer = await browser.post(f"/patients/{id}/people", data=form)
    assert answer.status == 422
    assert sentence in answer.text
    assert await kin(house, id) == []


async def test_correcting_a_relative(house: House) -> None:
    browser, id, _ = await opened(house)
    path = f"/patients/{id}/people"
    await browser.post(path, data={"given": "Ida", "relationship": "sister"})
    ((ida, _, _),) = await kin(house, id)
    form = {"given": "עידה", "family": "לוי", "relationship": "friend", "language": "he"}
    assert (await browser.post(f"{path}/{ida}", data=form)).status == 303
    assert await kin(house, id) == [(ida, "עידה לוי", "friend")]
    lines = {line.action for line in await house.trail(patient_id=id, object_id=ida)}
    assert lines >= {"relative.add", "person.rename", "person.language", "relative.relationship"}


async def test_who_is_taken_off_the_list_loses_what_they_could_see(house: House) -> None:
    browser, id, clinic = await opened(house)
    await browser.post(f"/patients/{id}/people", data={"given": "Ida", "relationship": "sister"})
    ((ida, name, _),) = await kin(house, id)
    patient = Someone(id, "", Role.PATIENT, clinic)
    relative = Someone(ida, name, Role.RELATIVE, clinic)
    await give_family_access(house.units, patient, relative, Scope.VISITS)
    assert (await browser.post(f"/patients/{id}/people/{ida}/end")).status == 303
    assert await kin(house, id) == []
    async with house.units.reading(SYSTEM) as unit:
        assert await consents_for(unit.session, id, ida) == []
    assert name not in (await browser.get(f"/patients/{id}/people")).text
    assert (await browser.post(f"/patients/{id}/people/{ida}/end")).status == 404


async def test_addresses_come_and_go_with_their_lines(house: House) -> None:
    browser, id, _ = await opened(house)
    path = f"/patients/{id}/contacts"
    form = {"person": id, "email": " Noor@Haddad.Example ", "phone": "+44 7700 900114"}
    assert (await browser.post(path, data=form)).status == 303
    assert (await browser.post(path, data=form)).status == 303
    found = await ways(house, id)
    assert [value for _, value in found] == ["noor@haddad.example", "+447700900114"]
    assert (await browser.post(f"{path}/{found[0][0]}/remove")).status == 303
    assert [value for _, value in await ways(house, id)] == ["+447700900114"]
    actions = [line.action for line in await house.trail(patient_id=id, object_id=id)]
    assert actions.count("contact.add") == 2
    assert actions.count("contact.remove") == 1
    for wrong in ({"person": id}, {"person": id, "phone": "call me"}, {"person": id, "email": "@"}):
        assert (await browser.post(path, data=wrong)).status == 422


async def test_nothing_of_another_patient_is_reached_from_here(house: House) -> None:
    clinic, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    id = await add(browser)
    other = await make_patient(house.units, clinic)
    ida = await make_relative(house.units, clinic, other)
    await browser.post(f"/patients/{other.id}/contacts", data={"person": ida.id, "email": "i@a.se"})
    ((way, _),) = await ways(house, ida.id)
    form = {"given": "X", "relationship": "friend", "language": "en"}
    for path, data in (
        (f"people/{ida.id}", form),
        (f"people/{ida.id}/end", {}),
        ("contacts", {"person": ida.id, "email": "x@y.se"}),
        (f"contacts/{way}/remove", {}),
        ("contacts", {"person": coordinator.id, "email": "x@y.se"}),
    ):
        assert (await browser.post(f"/patients/{id}/{path}", data=data)).status == 404, path
    assert [value for _, value in await ways(house, ida.id)] == ["i@a.se"]
