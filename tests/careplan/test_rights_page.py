"""The page on which a team gives somebody less in a plan, also to whom it is hostile."""

import pytest

from rounds.careplan.opening import open_plan
from rounds.careplan.rights import Right
from rounds.kernel.actor import SYSTEM, Actor, Role
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.people.model import Patient
from rounds.people.teams import begin_team
from tests.making.browser import Browser
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_staff

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Ground:
    """A patient with a GP, who is signed in, and a coordinator."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def lay(self) -> "Ground":
        units = self.house.units
        clinic = await make_clinic(units)
        self.patient = await make_patient(units, clinic)
        self.gp = await make_staff(units, clinic)
        self.coordinator = await make_staff(units, clinic, Role.COORDINATOR)
        async with units(SYSTEM) as unit:
            row = await unit.session.get_one(Patient, self.patient.id)
            await begin_team(unit, row, self.gp.id, self.coordinator.id)
        self.browser: Browser = await self.house.signed_in(self.gp)
        self.path = f"/patients/{self.patient.id}/plan/rights"
        return self

    async def right(self, person: Someone, kind: str) -> Right:
        door = "my" if person.role is Role.PATIENT else "staff"
        ids = ClinicId(person.clinic), PersonId(person.id)
        who = Actor(door, *ids, person.role, SessionId(new_id()))
        async with self.house.units(who) as unit:
            return (await open_plan(unit, self.patient.id)).rights.get(kind, Right.NONE)


async def laid(house: House) -> Ground:
    return await Ground(house).lay()


async def test_less_is_given_told_and_given_back(house: House) -> None:
    there = await laid(house)
    page = await there.browser.get(there.path)
    assert there.coordinator.name in page.text
    assert "Give back" not in page.text
    form = {"person": there.coordinator.id, "kind": "problems", "right": "none"}
    assert (await there.browser.post(there.path, data=form)).status == 303
    assert await there.right(there.coordinator, "problems") is Right.NONE
    page = await there.browser.get(there.path)
    assert "Working picture: Sees nothing of it" in page.text
    back = {"person": there.coordinator.id, "kind": "problems"}
    assert (await there.browser.post(there.path, data=back)).status == 303
    assert await there.right(there.coordinator, "problems") is Right.COMMENT
    assert "Give back" not in (await there.browser.get(there.path)).text


async def test_patients_are_offered_nothing_of_what_is_the_teams(house: House) -> None:
    there = await laid(house)
    page = (await there.browser.get(there.path)).text
    mine = page[page.index(f"who-{there.patient.id}") :].split("</section>")[0]
    assert 'value="my_goals"' in mine
    assert 'value="team_notes"' not in mine


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        ("problems", "edit"),  # more than the role gives
        ("problems", "comment"),  # the same
        ("problems", "3"),
        ("unheard", "view"),
        ("", "none"),
        ("مشكلات", "view"),
    ],
)
async def test_what_is_no_less_changes_nothing(house: House, kind: str, right: str) -> None:
    there = await laid(house)
    before = await there.right(there.coordinator, "problems")
    form = {"person": there.coordinator.id, "kind": kind, "right": right}
    answer = await there.browser.post(there.path, data=form)
    assert answer.status == 422
    assert "Choose less than what the role gives." in answer.text
    assert await there.right(there.coordinator, "problems") is before


async def test_ones_own_rights_are_a_colleagues_to_change(house: House) -> None:
    there = await laid(house)
    form = {"person": there.gp.id, "kind": "problems", "right": "view"}
    answer = await there.browser.post(there.path, data=form)
    assert (answer.status, await there.right(there.gp, "problems")) == (409, Right.EDIT)


@pytest.mark.parametrize("person", ["", "no id", "\x00", "stranger"])
async def test_who_has_nothing_in_the_plan_is_not_found(house: House, person: str) -> None:
    there = await laid(house)
    form = {"person": new_id() if person == "stranger" else person, "kind": "goals"}
    answer = await there.browser.post(there.path, data=form | {"right": "view"})
    assert answer.status in (404, 422)


@pytest.mark.parametrize("field", ["person", "kind", "right"])
async def test_what_is_too_long_is_refused(house: House, field: str) -> None:
    there = await laid(house)
    form = {"person": there.coordinator.id, "kind": "goals", "right": "view", field: "x" * 4000}
    assert (await there.browser.post(there.path, data=form)).status == 422
