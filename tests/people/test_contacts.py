"""An address has one form, however it was typed; what is none is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Invalid
from rounds.people.contacts import add_contact, normal
from rounds.people.model import Person, System
from rounds.people.queries import contact_points
from rounds.resources import Foundation
from tests.making.people import make_clinic, make_patient

LOCAL = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-", min_size=1)


@given(LOCAL.map(lambda text: text[:60]))
def test_capitals_and_spaces_make_no_other_mailbox(local: str) -> None:
    kept = normal(System.EMAIL, f"{local}@home.example", "GB")
    assert kept == normal(System.EMAIL, f"  {local.upper()}@HOME.example\t", "GB")
    assert kept == normal(System.EMAIL, kept, "")


@pytest.mark.parametrize(
    ("typed", "country"),
    [("+44 7700 900271", ""), ("07700 900271", "GB"), ("0044 7700-900-271", "GB")],
)
def test_a_number_is_kept_as_the_world_dials_it(typed: str, country: str) -> None:
    assert normal(System.SMS, typed, country) == "+447700900271"


@pytest.mark.parametrize(
    ("system", "typed"),
    [
        *(
            (System.EMAIL, one)
            for one in ("", "mara", "mara@", "@home.example", "a b@home.example")
        ),
        (System.EMAIL, "mara@home.example\nBcc: all@home.example"),
        (System.EMAIL, "m\0ara@home.example"),
        (System.EMAIL, "m" * 400 + "@home.example"),
        *(
            (System.SMS, one)
            for one in ("", "12", "seven", "+44", "+" + "4" * 40, "07700\n900271;")
        ),
    ],
)
def test_what_is_no_address_is_refused(system: System, typed: str) -> None:
    with pytest.raises(Invalid):
        normal(system, typed, "GB")


@pytest.mark.asyncio(loop_scope="module")
async def test_an_address_is_entered_once(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    mara = await make_patient(earth.units, clinic)
    async with earth.units(SYSTEM) as unit:
        person = await unit.session.get_one(Person, mara.id)
        for typed in ("Mara@Home.example", "mara@home.example "):
            await add_contact(unit, earth.signer, person, System.EMAIL, typed, "GB")
    async with earth.units.reading(SYSTEM) as unit:
        kept = [one.value for one in await contact_points(unit.session, mara.id)]
    assert kept == ["mara@home.example"]
