"""Who said that it is not safe to talk is sent nothing any more: not by text, not by mail."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from rounds.notices.model import Channel
from rounds.people.model import System
from rounds.visits.sending import Sent
from tests.making.browser import Browser
from tests.making.post import Post, planned, post_office
from tests.making.visits import MadeVisit

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUARTER = 15 / 24 / 60
"""Days: the waiting room is open, and the visit has not begun."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post(folder: Path) -> AsyncIterator[Post]:
    async with post_office(folder) as opened:
        yield opened


async def tell(
    phone: Browser, visit: MadeVisit, way: str, told: dict[str, str] | None = None
) -> None:
    """The patient answers a question on arriving, or goes by the quick way out."""
    link = visit.link(visit.patient)
    answer = await phone.post(f"/j/{link.invitation}/{way}", told or {})
    assert answer.status == 200


async def coming(post: Post) -> tuple[MadeVisit, Browser]:
    """A visit in a quarter of an hour; its patient, who is there, has telephone and mailbox."""
    visit = await planned(post, days=QUARTER)
    await post.give(visit.patient, System.SMS, System.EMAIL)
    assert await post.send(visit, visit.patient) == Sent(Channel.SMS, None)
    await post.deliver()
    return visit, await post.house.guest(visit.link(visit.patient))


async def written(post: Post, visit: MadeVisit, deed: str) -> list[str]:
    """Do something of which guests are told, and give what was sent to anybody."""
    texts, letters = len(post.texts), len(post.box.letters)
    post.house.clock.move(seconds=1)
    if deed == "link":
        await post.send(visit, visit.patient)
    elif deed == "moved":
        start = post.house.clock.now() + timedelta(days=2)
        await post.change(visit, starts_at=start)
    else:
        browser = await post.house.signed_in(visit.gp)
        answer = await browser.post(f"/visits/{visit.id}/cancel", data={"reason": "Ill"})
        assert answer.status == 303
    await post.deliver()
    post.house.clock.move(days=2)
    await post.deliver()
    return [one["text"] for one in post.texts[texts:]] + [
        str(one.content) for one in post.box.letters[letters:]
    ]


@pytest.mark.parametrize("deed", ["link", "moved", "cancelled"])
@pytest.mark.parametrize("way", ["check-in", "quick-exit"])
async def test_nothing_is_sent_after_that(post: Post, deed: str, way: str) -> None:
    visit, phone = await coming(post)
    await tell(phone, visit, way, {"safe": "no"} if way == "check-in" else None)
    assert await written(post, visit, deed) == []


async def test_what_still_waits_is_taken_back(post: Post) -> None:
    visit, phone = await coming(post)
    await tell(phone, visit, "check-in", {"safe": "yes"})
    await post.change(visit, starts_at=post.house.clock.now() + timedelta(days=2))
    await post.deliver()
    assert await post.waiting(visit) != []
    await tell(phone, visit, "check-in", {"safe": "no"})
    assert await post.waiting(visit) == []


@pytest.mark.parametrize("deed", ["link", "moved", "cancelled"])
async def test_who_can_talk_is_told_as_always(post: Post, deed: str) -> None:
    visit, phone = await coming(post)
    await tell(phone, visit, "check-in", {"safe": "yes"})
    assert await written(post, visit, deed) != []


async def test_staff_learn_that_a_new_link_was_not_sent(post: Post) -> None:
    visit, phone = await coming(post)
    await tell(phone, visit, "check-in", {"safe": "no"})
    assert await post.send(visit, visit.patient) == Sent(None, None)
