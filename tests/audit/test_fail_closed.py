"""Where the trail cannot be written, nothing is done and nothing is read (T23)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from rounds.kernel.actor import SYSTEM
from rounds.visits.model import Visit
from tests.audit.trailed import change
from tests.making.browser import Browser, Refused
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import PASSWORD, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

CANARY = "CANARY words of a visit"
BODY = "$$ BEGIN RAISE EXCEPTION 'no'; END $$"
BEFORE = "CREATE TRIGGER hush BEFORE INSERT ON audit_entries"
HUSH = {
    "sqlite": [f"{BEFORE} BEGIN SELECT RAISE(ABORT, 'no'); END"],
    "postgresql": [
        f"CREATE FUNCTION hush() RETURNS trigger LANGUAGE plpgsql AS {BODY}",
        f"{BEFORE} FOR EACH ROW EXECUTE FUNCTION hush()",
    ],
}
SPEAK = {
    "sqlite": ["DROP TRIGGER hush"],
    "postgresql": ["DROP TRIGGER hush ON audit_entries", "DROP FUNCTION hush()"],
}


@dataclass(slots=True)
class Silenced:
    """A visit, people with open doors to it, and a trail that takes no more lines."""

    house: House
    visit: MadeVisit
    gp: Browser
    colleague: Browser


@pytest_asyncio.fixture(loop_scope="module")
async def silenced(house: House) -> AsyncIterator[Silenced]:
    visit = await make_visit(house.units, relatives=0, purpose=CANARY)
    colleague = await make_staff(house.units, visit.clinic)
    made = Silenced(house, visit, await house.signed_in(visit.gp), await house.signed_in(colleague))
    assert CANARY in (await made.gp.get(f"/visits/{visit.id}")).text
    await change(house.foundation, *HUSH[house.foundation.engine.dialect.name])
    yield made
    await change(house.foundation, *SPEAK[house.foundation.engine.dialect.name])


async def test_nothing_is_read(silenced: Silenced) -> None:
    visit = silenced.visit
    for path in (f"/visits/{visit.id}", "/today", "/today.json"):
        answer = await silenced.gp.get(path)
        assert answer.status == 503, path
        for word in (CANARY, visit.patient.name):
            assert word not in answer.text, path
    told = await silenced.gp.get(f"/visits/{visit.id}", headers={"Accept": "application/json"})
    assert told.json()["error"]["code"] == "unavailable"


async def test_nothing_is_done(silenced: Silenced) -> None:
    visit, house = silenced.visit, silenced.house
    note = {"text": "Slept well.", "revision": 0}
    assert (await silenced.gp.post(f"/visits/{visit.id}/note", note)).status == 503
    link = visit.link(visit.patient).invitation
    assert (await silenced.gp.post(f"/visits/{visit.id}/links/{link}/revoke", {})).status == 503
    wish = {"email": visit.gp.email, "password": PASSWORD, "next": ""}
    answer = await house.browser().post("/sign-in", data=wish)
    assert (answer.status, dict(answer.cookies)) == (503, {})
    async with house.units.reading(SYSTEM) as unit:
        row = await unit.session.get_one(Visit, visit.id)
        assert (row.note, row.note_revision) == ("", 0)


async def test_a_refusal_that_cannot_be_written_tells_nothing_either(silenced: Silenced) -> None:
    answer = await silenced.colleague.get(f"/visits/{silenced.visit.id}")
    assert answer.status == 503
    assert CANARY not in answer.text


async def test_a_room_answers_that_it_cannot_now(silenced: Silenced) -> None:
    with pytest.raises(Refused) as refusal:
        await silenced.gp.staff_room(silenced.visit.id)
    assert refusal.value.code == "unavailable"


async def test_afterwards_everything_goes_on(house: House) -> None:
    visit = await make_visit(house.units, relatives=0, purpose=CANARY)
    gp = await house.signed_in(visit.gp)
    assert CANARY in (await gp.get(f"/visits/{visit.id}")).text
