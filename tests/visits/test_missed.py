"""A patient who does not come: noticed once, written to, followed up, and never wrongly."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from rounds.app import MISSED_WATCH
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import System
from rounds.visits.missed import MISSED_AFTER, NOTICED_WITHIN
from rounds.visits.model import MissedVisit
from tests.making.consent import keep_out
from tests.making.house import House
from tests.making.people import make_clinic, make_staff, make_team
from tests.making.post import Post, post_office
from tests.making.visits import MadeVisit, make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

LATE = MISSED_AFTER + timedelta(seconds=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post(folder: Path) -> AsyncIterator[Post]:
    async with post_office(folder) as opened:
        yield opened


async def row_of(house: House, visit: MadeVisit) -> MissedVisit | None:
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(MissedVisit).where(MissedVisit.visit_id == visit.id)
        )
        return found.scalar_one_or_none()


async def sweep(post: Post, after: timedelta = LATE) -> None:
    post.house.pass_time(seconds=after.total_seconds())
    await post.house.app[MISSED_WATCH].sweep()


async def missed_on(house: House, person: object) -> list[str]:
    browser = await house.signed_in(person)  # type: ignore[arg-type]
    told = (await browser.get("/today.json")).json()
    return [one["visit"] for one in told["missed"]]


async def test_after_ten_minutes_the_patient_is_written_to_once(post: Post) -> None:
    visit = await make_visit(post.house.units)
    await post.give(visit.patient, System.SMS)
    await sweep(post, MISSED_AFTER - timedelta(seconds=1))
    assert await row_of(post.house, visit) is None
    before = len(post.texts)
    await sweep(post, timedelta(seconds=2))
    await post.deliver()
    await sweep(post)
    await post.deliver()
    row = await row_of(post.house, visit)
    assert row is not None
    assert row.tried == "sms,call_me"
    (text,) = post.texts[before:]
    assert "You can still come" in text["text"]
    assert "call you instead" in text["text"]
    assert visit.gp.name not in text["text"]


async def test_who_cannot_be_written_to_is_followed_up_all_the_same(post: Post) -> None:
    visit = await make_visit(post.house.units)
    await sweep(post)
    row = await row_of(post.house, visit)
    assert row is not None
    assert row.tried == ""


@pytest.mark.parametrize("how", ["quick-exit", "check-in"])
async def test_who_may_not_be_safe_is_followed_up_without_a_message(post: Post, how: str) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    await post.give(visit.patient, System.SMS)
    link = visit.link(visit.patient)
    told = {"safe": "no"} if how == "check-in" else {}
    answer = await (await house.guest(link)).post(f"/j/{link.invitation}/{how}", told)
    assert answer.status == 200
    before = len(post.texts)
    await sweep(post)
    await post.deliver()
    row = await row_of(house, visit)
    assert row is not None
    assert row.tried == "unsafe"
    assert post.texts[before:] == []
    today = (await (await house.signed_in(visit.gp)).get("/today.json")).json()
    (missed,) = today["missed"]
    assert missed["tried"] == "nobody wrote, as it may not be safe for them"


async def test_somebody_else_at_the_door_is_not_the_patient(post: Post) -> None:
    visit = await make_visit(post.house.units)
    sister = visit.relatives[0]
    line = await (await post.house.guest(visit.link(sister))).guest_room(visit.link(sister))
    await line.ask("knock")
    await sweep(post)
    assert await row_of(post.house, visit) is not None


@pytest.mark.parametrize("how", ["waits", "left again", "by phone", "cancelled", "over"])
async def test_nobody_is_missed_who_came_or_is_not_expected(post: Post, how: str) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    patient = await (await house.guest(visit.link(visit.patient))).guest_room(
        visit.link(visit.patient)
    )
    if how in ("waits", "left again"):
        await patient.ask("knock")
    if how == "left again":
        await patient.ask("leave")
    if how == "by phone":
        await console.ask("call_begin", seat=visit.seat(visit.patient))
    if how == "over":
        await console.ask("end")
    if how == "cancelled":
        browser = await house.signed_in(visit.gp)
        answer = await browser.post(f"/visits/{visit.id}/cancel", data={"reason": "Ill"})
        assert answer.status == 303
    await sweep(post)
    assert await row_of(house, visit) is None


async def test_a_server_that_was_away_for_long_reports_nothing_old(post: Post) -> None:
    visit = await make_visit(post.house.units)
    await sweep(post, NOTICED_WITHIN + LATE)
    assert await row_of(post.house, visit) is None


async def test_who_comes_after_all_is_not_left_to_be_followed_up(post: Post) -> None:
    house, visit = post.house, await make_visit(post.house.units)
    await sweep(post)
    assert await missed_on(house, visit.gp) == [visit.id]
    line = await (await house.guest(visit.link(visit.patient))).guest_room(
        visit.link(visit.patient)
    )
    await line.ask("knock")
    assert await missed_on(house, visit.gp) == []
    row = await row_of(house, visit)
    assert row is not None
    assert row.came_at is not None


async def test_arriving_in_the_very_moment_is_never_both(post: Post) -> None:
    house = post.house
    for _ in range(5):
        visit = await make_visit(house.units)
        link = visit.link(visit.patient)
        line = await (await house.guest(link)).guest_room(link)
        house.pass_time(seconds=LATE.total_seconds())
        await asyncio.gather(house.app[MISSED_WATCH].sweep(), line.ask("knock"))
        row = await row_of(house, visit)
        assert row is None or row.came_at is not None
        assert await missed_on(house, visit.gp) == []


async def test_whoever_follows_it_up_first_is_who_did(post: Post) -> None:
    house = post.house
    clinic = await make_clinic(house.units)
    gp = await make_staff(house.units, clinic)
    sam = await make_staff(house.units, clinic, Role.COORDINATOR)
    visit = await make_visit(house.units, clinic, [gp])
    await sweep(post)
    assert await missed_on(house, sam) == [visit.id]
    browser = await house.signed_in(sam)
    page = (await browser.get("/today")).text
    assert f"/visits/{visit.id}/missed" in page
    path = f"/visits/{visit.id}/missed"
    assert (await browser.post(path, data={"reason": "  "})).status == 422
    assert (await browser.post(path, data={"reason": "x" * 301})).status == 422
    for who, words in ((browser, "Was ill, new time agreed."), (await house.signed_in(gp), "No.")):
        answer = await who.post(path, data={"reason": words})
        assert (answer.status, answer.headers["Location"]) == (303, "/today")
    row = await row_of(house, visit)
    assert row is not None
    assert (row.done_by, row.reason) == (sam.id, "Was ill, new time agreed.")
    assert await missed_on(house, sam) == []
    assert len(await house.trail(action="visit.missed_done", patient_id=visit.patient.id)) == 1


async def test_it_is_not_for_colleagues_who_have_no_part_or_are_kept_out(post: Post) -> None:
    house = post.house
    clinic = await make_clinic(house.units)
    gp, other, sam = [
        await make_staff(house.units, clinic, role)
        for role in (Role.GP, Role.THERAPIST, Role.COORDINATOR)
    ]
    visit = await make_visit(house.units, clinic, [gp])
    await make_team(house.units, visit.patient, [gp])
    await keep_out(house.units, visit.patient, sam)
    await sweep(post)
    assert await missed_on(house, other) == []
    assert await missed_on(house, sam) == []
    answer = await (await house.signed_in(sam)).post(
        f"/visits/{visit.id}/missed", data={"reason": "x"}
    )
    assert answer.status == 404
    untouched = await make_visit(house.units, clinic, [gp])
    answer = await (await house.signed_in(gp)).post(
        f"/visits/{untouched.id}/missed", data={"reason": "x"}
    )
    assert answer.status == 404
