"""A version comes back by a button: said first, done as a change forward, and taken back again."""

import re

import pytest

from rounds.careplan.content import SectionContent
from rounds.careplan.kinds import SHAPES
from rounds.careplan.versions import present
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from tests.making.browser import Browser
from tests.making.house import House
from tests.making.people import make_staff
from tests.making.planned import PlanDesk, Planned, make_planned
from tests.making.plans import Page, answered

pytestmark = pytest.mark.asyncio(loop_scope="module")

BACK = re.compile(r'href="([^"]*/plan/restore\?version=[0-9a-f-]{36})"')
SEEN = re.compile(r'name="section" value="([^"]+)"')


async def says(there: Planned, kind: str) -> SectionContent:
    async with there.earth.units.reading(SYSTEM) as unit:
        return (await present(unit.session, there.plan, SHAPES)).content[kind]


async def kept_and_changed(house: House) -> tuple[Planned, Browser, str]:
    """Write, keep it under a name, and write on; return the address where it comes back."""
    there = await make_planned(house.foundation)
    await there.write("problems", "p1", there.gp, "Pain each day", status="active")
    await there.write("problems", "p2", there.gp, "Sleep")
    await there.write("roles", "r1", there.gp, "Mira leads")
    gp = await house.signed_in(there.gp)
    base = f"/patients/{there.patient.id}/plan"
    assert (await gp.post(f"{base}/versions", data={"title": "First"})).status in (200, 303)
    await there.write("problems", "p1", there.gp, " <b>and fear</b>", status="resolved")
    await there.write("problems", "p3", there.gp, "Later")
    await there.put_away("problems", "p2", there.gp)
    await there.write("roles", "r1", there.gp, " and Noor helps")
    found = BACK.search((await gp.get(f"{base}/history")).text)
    assert found
    return there, gp, found[1]


async def bring(browser: Browser, path: str, sections: list[str] | None = None) -> tuple[int, str]:
    shown = (await browser.get(path)).text
    data = {
        "version": path.rpartition("=")[2],
        "section": SEEN.findall(shown) if sections is None else sections,
    }
    answer = await browser.post(path.partition("?")[0], data=data)
    return answer.status, answer.text


async def test_it_is_said_done_and_undone(house: House) -> None:
    there, gp, path = await kept_and_changed(house)
    shown = (await gp.get(path)).text
    for words in (
        "“Sleep” comes back.",
        "“Later” is put away.",
        "becomes what it was.",
        "&lt;b&gt;and fear&lt;/b&gt;</del>",
        "<del>settled</del>",
        "<ins>active</ins>",
    ):
        assert words in shown, words
    changed = await says(there, "problems")
    status, text = await bring(gp, path, [one for one in SEEN.findall(shown) if "problems" in one])
    assert status in (200, 303), text
    back = {one.id: one for one in await says(there, "problems")}
    assert back.keys() == {"p1", "p2"}
    assert (back["p1"].texts, back["p1"].values) == (
        {"text": "Pain each day"},
        {"status": "active"},
    )
    # Only what was chosen came back.
    assert (await says(there, "roles"))[0].texts["text"] == "Mira leads and Noor helps"
    history = (await gp.get(f"/patients/{there.patient.id}/plan/history")).text
    assert "brought back “Sleep” in “Working picture”" in history
    assert "Kept before an earlier version came back" in history
    newest = BACK.search(history)
    assert newest
    status, text = await bring(gp, newest[1])
    assert status in (200, 303), text
    assert await says(there, "problems") == changed
    assert "There is nothing to bring back" in (await gp.get(newest[1])).text


async def test_what_changed_while_one_reads_is_looked_at_again(house: House) -> None:
    there, gp, path = await kept_and_changed(house)
    seen = SEEN.findall((await gp.get(path)).text)
    await there.write("problems", "p1", there.therapist, "!")
    before = await says(there, "problems")
    status, text = await bring(gp, path, seen)
    assert (status, "Please look at it again" in text) == (409, True)
    status, text = await bring(gp, path, [])
    assert (status, "choose at least one section" in text) == (409, True)
    assert await says(there, "problems") == before


async def test_each_brings_back_only_where_they_may_write(house: House) -> None:
    there, gp, path = await kept_and_changed(house)
    office = await house.signed_in(there.coordinator)
    theirs = SEEN.findall((await office.get(path)).text)
    assert [one.partition(":")[0] for one in theirs] == ["roles"]
    all_of_it = SEEN.findall((await gp.get(path)).text)
    status, _ = await bring(office, path, all_of_it)
    assert status == 403
    status, text = await bring(office, path)
    assert status in (200, 303), text
    assert (await says(there, "roles"))[0].texts["text"] == "Mira leads"
    other = await house.signed_in(await make_staff(house.units, there.clinic, Role.GP))
    assert (await other.get(path)).status == 404
    assert (await bring(other, path, all_of_it))[0] == 404
    home = await house.at_home(there.patient)
    assert (await bring(home, path, all_of_it))[0] in (401, 403, 404)


async def test_a_locked_section_is_told_and_the_others_come_back(house: House) -> None:
    there, gp, path = await kept_and_changed(house)
    desk, page = PlanDesk(house.foundation), Page(there.therapist, 77)
    live = await desk.open(there.sections["problems"], page)
    desk.hub.lock(live, there.therapist.id, True, page.answers.append)
    assert await answered(page, 1) == [True]
    await desk.stop()
    before = await says(there, "problems")
    status, text = await bring(gp, path)
    assert (status, "“Working picture” stays as it is: This part is locked" in text) == (409, True)
    assert await says(there, "problems") == before
    assert (await says(there, "roles"))[0].texts["text"] == "Mira leads"


async def test_hostile_words_find_nothing(house: House) -> None:
    _, gp, path = await kept_and_changed(house)
    page = path.partition("?")[0]
    for foreign in (new_id(), "x" * 5000, "%00", "1", ""):
        assert (await gp.get(f"{page}?version={foreign}")).status == 404
    version = path.rpartition("=")[2]
    for sections in (["x:y"], ["problems"], ["team_notes\x00:"], ["a:b"] * 100, ["p" * 9000]):
        assert (await bring(gp, f"{page}?version={version}", sections))[0] in (404, 409, 422)
    other = await make_planned(house.foundation)
    stranger = f"/patients/{other.patient.id}/plan/restore?version={version}"
    assert (await (await house.signed_in(other.gp)).get(stranger)).status == 404
