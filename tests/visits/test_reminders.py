"""Links and reminders follow their visit to each guest; nothing in them is about others."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from rounds.accounts import links as account_links
from rounds.accounts.queries.invitations import invitation_by_id
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import RoomId, VisitId
from rounds.notices.model import Channel, NoticeState
from rounds.people.model import System
from rounds.visits.events import VisitChanged
from rounds.visits.model import Visit, VisitState
from rounds.visits.sending import Sent, send_link
from tests.making.post import Post, planned, post_office

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post(folder: Path) -> AsyncIterator[Post]:
    async with post_office(folder) as opened:
        yield opened


DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def test_the_link_goes_now_and_again_with_each_reminder(post: Post) -> None:
    visit = await planned(post)
    await post.give(visit.patient, System.SMS)
    before = len(post.texts)
    assert await post.send(visit, visit.patient) == Sent(Channel.SMS, None)
    await post.deliver()
    token = visit.link(visit.patient).token
    (text,) = post.texts[before:]
    assert f"/j#t={token}" in text["text"]
    assert await post.waiting(visit) == [
        ("visit_test", DAY),
        ("visit_reminder", 2 * DAY),
        ("visit_reminder", 3 * DAY - HOUR),
    ]
    for step in (DAY, DAY, DAY - HOUR):
        post.house.clock.move(seconds=step.total_seconds())
        await post.deliver()
        assert f"/j#t={token}" in post.texts[-1]["text"]
    assert len(post.texts) == before + 4
    for row in await post.notices(visit):
        assert row.state == NoticeState.SENT
        assert token not in row.values


async def test_a_pin_never_travels_with_its_link(post: Post) -> None:
    visit = await planned(post, with_pin=True)
    ida = visit.relatives[0]
    await post.give(visit.patient, System.SMS, System.EMAIL)
    await post.give(ida, System.EMAIL)
    texts, letters = len(post.texts), len(post.box.letters)
    assert await post.send(visit, visit.patient) == Sent(Channel.EMAIL, Channel.SMS)
    assert await post.send(visit, ida) == Sent(Channel.EMAIL, None)
    await post.deliver()
    (text,) = post.texts[texts:]
    sent = [str(one.content) for one in post.box.letters[letters:]]
    assert len(sent) == 2
    link = visit.link(visit.patient)
    assert link.pin is not None
    assert link.pin in text["text"]
    assert link.token not in text["text"]
    for one in (link, visit.link(ida)):
        assert one.pin is not None
        assert not any(one.pin in letter for letter in sent)


async def test_who_has_no_address_gets_nothing_and_staff_are_told(post: Post) -> None:
    visit = await planned(post)
    assert await post.send(visit, visit.patient) == Sent(None, None)
    assert await post.notices(visit) == []


async def test_an_address_nobody_proved_will_do_for_a_link(post: Post) -> None:
    visit = await planned(post)
    await post.give(visit.patient, System.EMAIL, proved=False)
    assert (await post.send(visit, visit.patient)).link is Channel.EMAIL


async def test_reminders_come_without_a_link_that_was_handed_over(post: Post) -> None:
    visit = await planned(post)
    await post.give(visit.patient, System.SMS)
    await post.change(visit)
    kinds = [kind for kind, _ in await post.waiting(visit)]
    assert kinds == ["visit_test", "visit_reminder", "visit_reminder"]
    post.house.clock.move(days=1)
    await post.deliver()
    assert "Open the link we gave you" in post.texts[-1]["text"]
    await post.change(visit)
    assert len(await post.notices(visit)) == 3, "asked again, nothing is queued twice"


async def test_a_moved_visit_takes_its_reminders_along(post: Post) -> None:
    visit = await planned(post)
    await post.give(visit.patient, System.SMS)
    await post.send(visit, visit.patient)
    await post.deliver()
    start = post.house.clock.now() + timedelta(days=7)
    await post.change(visit, starts_at=start)
    await post.deliver()
    token = visit.link(visit.patient).token
    assert "has a new time" in post.texts[-1]["text"]
    assert token in post.texts[-1]["text"]
    assert await post.waiting(visit) == [
        ("visit_test", 5 * DAY),
        ("visit_reminder", 6 * DAY),
        ("visit_reminder", 7 * DAY - HOUR),
    ]
    count = len(post.texts)
    await post.change(visit)
    await post.deliver()
    assert len(post.texts) == count, "told once"
    # Back to where it was: that is news again, and the reminders come back with the link.
    await post.change(visit, starts_at=start - timedelta(days=4))
    await post.deliver()
    assert "has a new time" in post.texts[-1]["text"]
    post.house.clock.move(days=1)
    await post.deliver()
    assert token in post.texts[-1]["text"]


async def test_a_visit_moved_before_its_link_went_out_is_told_once(post: Post) -> None:
    visit = await planned(post)
    await post.give(visit.patient, System.SMS)
    start = post.house.clock.now() + timedelta(days=7)
    before = len(post.texts)
    link = visit.link(visit.patient)
    async with post.house.units(SYSTEM) as unit:
        row = await invitation_by_id(unit.session, link.invitation)
        assert row is not None
        made = await unit.session.get_one(Visit, visit.id)
        await send_link(unit, made, row, link.token)
        made.starts_at = start
        unit.tell(VisitChanged(VisitId(visit.id), RoomId(visit.room)))
    await post.deliver()
    (text,) = post.texts[before:]
    assert f"{start.day} November" in text["text"]


async def test_a_cancelled_visit_takes_everything_back_and_says_so(post: Post) -> None:
    visit = await planned(post)
    await post.give(visit.patient, System.SMS)
    await post.give(visit.relatives[0], System.SMS)
    await post.send(visit, visit.patient)
    await post.deliver()
    before = len(post.texts)
    await post.change(visit, state=VisitState.CANCELLED)
    await post.deliver()
    said = post.texts[before:]
    assert len(said) == 2
    assert all("does not take place" in one["text"] for one in said)
    assert await post.waiting(visit) == []
    for row in await post.notices(visit, NoticeState.CANCELLED):
        assert "link" not in json.loads(row.values)
    await post.change(visit)
    await post.deliver()
    assert len(post.texts) == before + 2


async def test_nobody_is_reminded_of_what_has_begun(post: Post) -> None:
    visit = await planned(post)
    await post.give(visit.patient, System.SMS)
    await post.send(visit, visit.patient)
    await post.change(visit, state=VisitState.IN_PROGRESS)
    assert await post.waiting(visit) == []


async def test_a_link_that_was_taken_back_is_in_no_reminder(post: Post) -> None:
    visit = await planned(post)
    await post.give(visit.patient, System.SMS)
    await post.send(visit, visit.patient)
    await post.deliver()
    old = visit.link(visit.patient)
    async with post.house.units(SYSTEM) as unit:
        fresh, token = await account_links.reissue(unit, old.invitation, None)
        made = await unit.session.get_one(Visit, visit.id)
        await send_link(unit, made, fresh, token)
    rows = await post.notices(visit, NoticeState.WAITING)
    assert len(rows) == 4
    for row in rows:
        assert json.loads(row.values)["link"] == f"/j#t={token}"
    async with post.house.units(SYSTEM) as unit:
        await account_links.revoke(unit, fresh.id)
    assert await post.waiting(visit) == []


async def test_messages_are_about_their_reader_alone(post: Post) -> None:
    """T27: everything that left the house, with a purpose and names that must not be in it."""
    visit = await planned(post, with_pin=True)
    for guest in (visit.patient, *visit.relatives):
        await post.give(guest, System.SMS, System.EMAIL)
        await post.send(visit, guest)
    await post.deliver()
    for step in (DAY, DAY, DAY - HOUR):
        post.house.clock.move(seconds=step.total_seconds())
        await post.deliver()
    await post.change(visit, starts_at=post.house.clock.now() + timedelta(days=4))
    await post.deliver()
    await post.change(visit, state=VisitState.CANCELLED)
    await post.deliver()
    forbidden = re.compile(
        r"Amarantha|Osei|Lindqvist|Panic|depress|therap|psych|diagnos|\bGP\b|sister", re.I
    )
    everything = [one["text"] for one in post.texts]
    for letter in post.box.parsed():
        for form in ("plain", "html"):
            part = letter.get_body((form,))
            assert part is not None
            everything.append(f"{letter['Subject']} {part.get_content()}")
    assert len(everything) > 20
    for one in everything:
        assert not forbidden.search(one), one
        # A path names nobody and nothing but a secret in its fragment.
        assert set(re.findall(r"https?://[^/\s]+(/[^#\s\"<]*)", one)) <= {"/j", "/confirm"}, one
    for row in await post.notices(visit):
        assert not forbidden.search(row.values)
