"""Entering a clinic and its people."""

from datetime import date

import pytest

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.errors import Invalid
from rounds.people.queries import patients_of, relationships, relatives_of, staff
from rounds.people.register import (
    LONGEST_NAME,
    CrisisHelp,
    Name,
    add_patient,
    add_staff,
    found_clinic,
)
from rounds.people.roles import relationship_label, role_label
from rounds.resources import Foundation
from tests.making.fixtures import on_both
from tests.making.people import make_clinic, make_patient, make_relative, make_staff

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


@pytest.mark.parametrize(("text", "source"), [("", "nhs.uk"), ("Call", " "), (" ", "")])
async def test_no_clinic_without_help_in_danger(earth: Foundation, text: str, source: str) -> None:
    help_in_danger = CrisisHelp("999", text, source, date(2026, 11, 1))
    with pytest.raises(Invalid):
        async with earth.units(SYSTEM) as unit:
            await found_clinic(unit, "A", "1", "UTC", "GB", "en", help_in_danger)


@pytest.mark.parametrize(
    "name", [Name("", ""), Name(" ", "\t"), Name("a" * (LONGEST_NAME + 1), "b")], ids=str
)
async def test_a_person_has_a_name_of_a_size(earth: Foundation, name: Name) -> None:
    clinic = await make_clinic(earth.units)
    with pytest.raises(Invalid):
        async with earth.units(SYSTEM) as unit:
            await add_patient(unit, clinic, name, date(1991, 9, 3), "1")


@pytest.mark.parametrize("role", [Role.PATIENT, Role.RELATIVE])
async def test_guests_are_no_staff(earth: Foundation, role: Role) -> None:
    clinic = await make_clinic(earth.units)
    with pytest.raises(Invalid):
        async with earth.units(SYSTEM) as unit:
            await add_staff(unit, clinic, Name("A", "B"), role)


async def test_people_are_found_in_their_own_clinic(earth: Foundation) -> None:
    one, other = [await make_clinic(earth.units) for _ in range(2)]
    gp = await make_staff(earth.units, one)
    mara = await make_patient(earth.units, one, "Mara")
    ida = await make_relative(earth.units, one, mara, "Ida")
    async with earth.units.reading(SYSTEM) as unit:
        assert [person.id for person, _ in await staff(unit.session, one.id)] == [gp.id]
        assert [person.name for person, _ in await patients_of(unit.session, one.id)] == [
            "Mara Lindqvist"
        ]
        assert [person.id for person in await relatives_of(unit.session, mara.id)] == [ida.id]
        assert await relationships(unit.session, [ida.id, gp.id]) == {ida.id: "sister"}
        assert await staff(unit.session, other.id) == []


async def test_every_role_has_a_word(earth: Foundation) -> None:
    assert earth.engine is not None
    words = {role_label(role, lambda text: text) for role in Role}
    assert len(words) == len(Role)
    assert relationship_label("sister", str.upper) == "SISTER"
    assert relationship_label("neighbour's aunt", str.upper) == "neighbour's aunt"
