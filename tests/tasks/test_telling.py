"""What is late is told, each of the two once, and no message says what, for whom, or by whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from rounds.consent.model import Purpose
from rounds.people.model import System
from tests.making.consent import agree_to, take_back
from tests.making.people import make_team
from tests.making.portal import sent_to
from tests.making.post import Post, post_office
from tests.making.tasks import days_later, give, make_task, say, task_of, waiting_for, ward
from tests.making.visits import make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "Ask about the divorce"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post(folder: Path) -> AsyncIterator[Post]:
    async with post_office(folder) as opened:
        yield opened


async def kinds(post: Post, person: object) -> list[str]:
    return [one.kind for one in await sent_to(post.house.units, person)]  # type: ignore[arg-type]


async def test_a_patient_is_written_to_without_a_word_of_it(post: Post) -> None:
    here = await ward(post.house)
    await post.give(here.patient, System.SMS)
    before = len(post.texts)
    browser = await post.house.signed_in(here.gp)
    await give(browser, here.patient, here.patient.id, subject=SECRET)
    await post.deliver()
    (text,) = post.texts[before:]
    assert "there is something for you to do" in text["text"]
    assert "/my/tasks/" in text["text"]
    for hidden in (SECRET, "divorce", here.gp.name, here.patient.name):
        assert hidden not in text["text"]


@pytest.mark.parametrize("how", ["quick-exit", "check-in"])
async def test_who_could_not_talk_freely_is_not_written_to(post: Post, how: str) -> None:
    house = post.house
    visit = await make_visit(house.units)
    await make_team(house.units, visit.patient, [visit.gp])
    await post.give(visit.patient, System.SMS)
    link = visit.link(visit.patient)
    told = {"safe": "no"} if how == "check-in" else {}
    await (await house.guest(link)).post(f"/j/{link.invitation}/{how}", told)
    task = await make_task(house.units, visit.patient, visit.patient.id)
    assert "task_given" not in await kinds(post, visit.patient)
    assert task in (await (await house.at_home(visit.patient)).get("/my")).text


async def test_no_message_goes_out_without_the_agreement_to_messages(post: Post) -> None:
    here = await ward(post.house)
    await post.give(here.patient, System.SMS)
    consent = await agree_to(post.house.units, here.patient, Purpose.MESSAGES)
    before = len(post.texts)
    await make_task(post.house.units, here.patient, here.patient.id)
    await take_back(post.house.units, consent)
    await make_task(post.house.units, here.patient, here.patient.id)
    await post.deliver()
    assert post.texts[before:] == []


async def test_its_owner_hears_the_day_after_then_who_coordinates(post: Post) -> None:
    here = await ward(post.house)
    task = await make_task(post.house.units, here.patient, here.gp.id, days=1)
    await days_later(post.house, 1)
    assert await kinds(post, here.gp) == ["task_given"]
    assert not (await waiting_for(post.house, here.gp))[0]["overdue"]
    told: dict[int, tuple[int, int]] = {}
    for day in range(2, 12):
        await days_later(post.house, 1)
        told[day] = (
            (await kinds(post, here.gp)).count("task_overdue"),
            (await kinds(post, here.sam)).count("task_raised"),
        )
    # First nobody or its owner, then both; a push each, as neither has an address.
    assert list(told.values()) == sorted(told.values())
    assert set(told.values()) - {(0, 0)} == {(1, 0), (1, 1)}
    row = await task_of(post.house.units, task)
    assert row.reminded_at is not None
    assert row.raised_at is not None
    assert row.reminded_at.date() > row.due_on
    assert row.raised_at > row.reminded_at
    assert row.raised_at.weekday() < 5
    (late,) = await waiting_for(post.house, here.sam)
    assert (late["task"], late["overdue"], late["mine"]) == (task, True, False)


async def test_what_is_done_or_moved_is_not_told(post: Post) -> None:
    here = await ward(post.house)
    done = await make_task(post.house.units, here.patient, here.gp.id, days=0)
    await say(await post.house.signed_in(here.gp), done, "done")
    await days_later(post.house, 14)
    assert await kinds(post, here.sam) == []
    assert "task_overdue" not in await kinds(post, here.gp)


async def test_who_gave_it_hears_that_it_was_declined(post: Post) -> None:
    here = await ward(post.house)
    task = await make_task(post.house.units, here.patient, here.sam.id, here.gp, asks=True)
    await say(await post.house.signed_in(here.sam), task, "decline", "I am away.")
    assert await kinds(post, here.gp) == ["task_declined"]


async def test_the_most_overdue_stands_first(post: Post) -> None:
    here = await ward(post.house)
    made = [
        await make_task(post.house.units, here.patient, here.gp.id, days=days) for days in (9, 1, 4)
    ]
    await days_later(post.house, 7)
    told = await waiting_for(post.house, here.gp)
    assert [one["task"] for one in told] == [made[1], made[2], made[0]]
    assert told[0]["overdue"]
