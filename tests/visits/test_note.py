"""The note of a visit: what stands is never overwritten unseen."""

import asyncio

import pytest
import pytest_asyncio

from rounds.visits.note import LONGEST_NOTE
from tests.making.browser import Answer, Browser
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House) -> MadeVisit:
    first = await make_visit(house.units, relatives=0)
    team = [first.gp, await make_staff(house.units, first.clinic)]
    return await make_visit(house.units, first.clinic, team)


async def save(browser: Browser, visit: MadeVisit, text: str, revision: int) -> Answer:
    return await browser.post(f"/visits/{visit.id}/note", {"text": text, "revision": revision})


async def test_a_note_grows_by_revisions(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    text = "Slept well.\n\n  – fewer headaches 🙂\t"
    saved = (await save(gp, visit, text, 0)).json()
    assert saved == {"revision": 1, "saved_at": house.clock.now().isoformat()}
    house.clock.move(minutes=1)
    # Saving what stands already changes nothing, whatever it was written on.
    assert (await save(gp, visit, text, 0)).json() == saved
    assert (await save(gp, visit, text + "More.", 1)).json()["revision"] == 2
    page = (await gp.get(f"/visits/{visit.id}")).text
    assert "fewer headaches 🙂" in page


async def test_two_writers_learn_of_each_other(house: House, visit: MadeVisit) -> None:
    one, other = [await house.signed_in(person) for person in visit.team]
    assert (await save(one, visit, "from one", 0)).status == 200
    answer = await save(other, visit, "from the other", 0)
    assert answer.status == 409
    told = answer.json()["error"]
    assert (told["code"], told["text"], told["revision"]) == ("conflict", "from one", 1)
    assert (await save(other, visit, "from one, and the other", 1)).status == 200


async def test_of_many_at_once_one_is_saved(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    answers = await asyncio.gather(*(save(gp, visit, f"text {n}", 0) for n in range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    standing = {answer.json()["error"]["text"] for answer in answers if answer.status == 409}
    assert len(standing) == 1


@pytest.mark.parametrize("length", [0, LONGEST_NOTE])
async def test_as_short_and_as_long_as_may_be(house: House, visit: MadeVisit, length: int) -> None:
    gp = await house.signed_in(visit.gp)
    assert (await save(gp, visit, "ä" * length, 0)).status == 200
    assert (await save(gp, visit, "ä" * (LONGEST_NOTE + 1), 1)).status == 422


async def test_markup_in_a_note_is_text(house: House, visit: MadeVisit) -> None:
    gp = await house.signed_in(visit.gp)
    await save(gp, visit, "</textarea><script>alert(1)</script>{{ 7*7 }}", 0)
    page = (await gp.get(f"/visits/{visit.id}")).text
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page
