"""What columns keep: instants, and text about people with a header that says how it is sealed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import LargeBinary, select, text, type_coerce, update
from sqlalchemy.exc import StatementError

from rounds.kernel.actor import SYSTEM
from rounds.people.model import Person
from rounds.resources import Foundation
from rounds.visits.model import Visit
from tests.making.fixtures import on_both
from tests.making.people import Someone, make_clinic, make_patient
from tests.making.visits import make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def raw(earth: Foundation, person: Someone) -> bytes:
    async with earth.units.reading(SYSTEM) as unit:
        statement = select(type_coerce(Person.given_name, LargeBinary)).where(
            Person.id == person.id
        )
        value: bytes = (await unit.session.execute(statement)).scalar_one()
        return value


async def test_names_are_bytes_with_a_header(earth: Foundation) -> None:
    person = await make_patient(earth.units, await make_clinic(earth.units), "Lucía 👩‍⚕️")
    assert await raw(earth, person) == b"\x00\x00" + "Lucía 👩‍⚕️".encode()
    async with earth.units.reading(SYSTEM) as unit:
        assert (await unit.session.get_one(Person, person.id)).given_name == "Lucía 👩‍⚕️"


@pytest.mark.parametrize("stored", [b"\x01\x00Mara", b"\xff", b"", b"\x00"])
async def test_a_form_we_do_not_know_is_refused_and_not_shown(
    earth: Foundation, stored: bytes
) -> None:
    person = await make_patient(earth.units, await make_clinic(earth.units))
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(
            update(Person)
            .where(Person.id == person.id)
            .values(given_name=type_coerce(stored, LargeBinary))
        )
    with pytest.raises(ValueError, match="unknown to this version"):
        async with earth.units.reading(SYSTEM) as unit:
            await unit.session.get_one(Person, person.id)
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(
            update(Person).where(Person.id == person.id).values(given_name="Mara")
        )


async def test_an_instant_comes_back_as_it_was(earth: Foundation) -> None:
    zone = timezone(timedelta(hours=-7))
    at = datetime(2026, 11, 1, 1, 30, 0, 123456, tzinfo=zone)
    visit = await make_visit(earth.units, starts_at=at)
    async with earth.units.reading(SYSTEM) as unit:
        found = (await unit.session.get_one(Visit, visit.id)).starts_at
    assert found == at
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)
    with pytest.raises(StatementError, match="time zone"):
        await make_visit(earth.units, starts_at=datetime(2026, 11, 1, 9, 0))  # noqa: DTZ001


async def test_sqlite_survives_a_power_cut_and_holds_to_its_keys(earth: Foundation) -> None:
    async with earth.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            shown = [
                (await connection.execute(text(f"SHOW {name}"))).scalar_one()
                for name in ("synchronous_commit", "statement_timeout")
            ]
            assert shown == ["on", "5s"]
            return
        values = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
