"""People say whether they come: a page that changes nothing by being opened, and text messages."""

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from rounds.kernel.actor import SYSTEM, Role
from rounds.notices.model import Meaning, NoticeState, Reply
from rounds.people.model import System
from rounds.people.queries import contact_points
from rounds.visits.answers import is_signed
from rounds.visits.confirming import confirm_path
from rounds.visits.model import Visit
from tests.making.browser import Answer, Browser
from tests.making.people import Someone, make_staff
from tests.making.post import Post, planned, post_office
from tests.making.visits import MadeVisit

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "0123456789abcdef0123456789abcdef"
_ids = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post(folder: Path) -> AsyncIterator[Post]:
    path = folder / "reply-secret"
    path.write_text(SECRET)
    async with post_office(folder, sms_reply_secret_file=path) as opened:
        yield opened


async def reminded(post: Post, system: System = System.SMS) -> MadeVisit:
    """A visit whose patient was asked yesterday's question: can you come?"""
    visit = await planned(post, days=2)
    await post.give(visit.patient, system)
    await post.send(visit, visit.patient)
    await post.deliver()
    post.house.clock.move(days=1)
    await post.deliver()
    return visit


async def token_of(post: Post, visit: MadeVisit, person: Someone) -> str:
    async with post.house.units.reading(SYSTEM) as unit:
        row = await unit.session.get_one(Visit, visit.id)
    path = confirm_path(
        post.house.foundation.signer, visit.id, person.id, row.starts_at.isoformat()
    )
    return path.partition("#t=")[2]


async def confirmed(post: Post, visit: MadeVisit) -> bool:
    async with post.house.units.reading(SYSTEM) as unit:
        return (await unit.session.get_one(Visit, visit.id)).confirmed_at is not None


async def replies(post: Post, person: Someone) -> list[Reply]:
    async with post.house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(Reply).where(Reply.person_id == person.id).order_by(Reply.id)
        )
        return list(found.scalars())


async def desk(post: Post, visit: MadeVisit) -> tuple[Browser, Any]:
    """A coordinator of the clinic with the page of the day open."""
    sam = await make_staff(post.house.units, visit.clinic, Role.COORDINATOR)
    browser = await post.house.signed_in(sam)
    return browser, await browser.line("/me", {"door": "staff"})


async def number_of(post: Post, person: Someone) -> str:
    async with post.house.units.reading(SYSTEM) as unit:
        return (await contact_points(unit.session, person.id))[0].value


async def say(post: Post, number: str, text: str, id: str = "", **changes: Any) -> Answer:
    """What the gateway posts; any part of it can be changed."""
    told = {"id": id or f"m{next(_ids)}", "from": number, "text": text, "operator": "X"}
    body = changes.get("body", json.dumps(told).encode())
    at = str(changes.get("at", int(post.house.clock.now().timestamp())))
    secret = str(changes.get("secret", SECRET)).encode()
    mark = hmac.new(secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {
        "X-Rounds-Signature": changes.get("signature", f"t={at},v1={mark}"),
        "Content-Type": "application/json",
    }
    stranger = post.house.browser()
    return await stranger.request("POST", "/sms/reply", data=body, headers=headers)


async def test_the_reminders_link_asks_and_a_button_answers(post: Post) -> None:
    visit = await reminded(post, System.EMAIL)
    part = post.box.newest().get_body(("plain",))
    assert part is not None
    link = re.search(r"/confirm#t=(\S+)", part.get_content().replace("=\n", ""))
    assert link is not None
    token, browser = link[1], post.house.browser()
    for _ in range(20):
        assert (await browser.get("/confirm")).status == 200
    asked = (await browser.post("/confirm/look", {"token": token})).json()
    assert asked["answer"] is None
    assert asked["clinic"] == visit.clinic.name
    assert set(asked) == {"clinic", "phone", "starts_at", "answer"}
    assert not await confirmed(post, visit)
    for _ in range(2):
        assert (await browser.post("/confirm", {"token": token, "comes": True})).status == 200
    assert await confirmed(post, visit)
    assert (await browser.post("/confirm/look", {"token": token})).json()["answer"] == "yes"
    gp = await post.house.signed_in(visit.gp)
    day = (await gp.get("/today.json")).json()
    post.house.clock.move(days=1, hours=-2)
    day = (await (await post.house.signed_in(visit.gp)).get("/today.json")).json()
    (line,) = day["visits"]
    assert line["answer"] == "yes"


async def test_who_cannot_come_is_told_to_the_desk(post: Post) -> None:
    visit = await reminded(post)
    browser, bell = await desk(post, visit)
    token = await token_of(post, visit, visit.patient)
    guest = post.house.browser()
    assert (await guest.post("/confirm", {"token": token, "comes": False})).status == 200
    await bell.until("messages_changed")
    assert not await confirmed(post, visit)
    page = (await browser.get("/admin/messages")).text
    assert "Cannot come" in page
    assert visit.patient.name in page
    assert (await browser.get("/today.json")).json()["unattended"] == 1
    # Changed their mind: one answer, and nothing to do any more.
    assert (await guest.post("/confirm", {"token": token, "comes": True})).status == 200
    assert await confirmed(post, visit)
    assert (await browser.get("/today.json")).json()["unattended"] == 0


async def test_a_relatives_yes_does_not_confirm_for_the_patient(post: Post) -> None:
    visit = await reminded(post)
    token = await token_of(post, visit, visit.relatives[0])
    guest = post.house.browser()
    assert (await guest.post("/confirm", {"token": token, "comes": True})).status == 200
    assert not await confirmed(post, visit)


async def test_nobody_confirms_a_time_they_were_not_told_of(post: Post) -> None:
    visit = await reminded(post)
    old = await token_of(post, visit, visit.patient)
    await post.change(visit, starts_at=post.house.clock.now() + timedelta(days=5))
    guest = post.house.browser()
    for path, body in (("/confirm/look", {}), ("/confirm", {"comes": True})):
        assert (await guest.post(path, {"token": old} | body)).status == 410
    assert not await confirmed(post, visit)
    fresh = await token_of(post, visit, visit.patient)
    post.house.clock.move(days=6)
    assert (await guest.post("/confirm", {"token": fresh, "comes": True})).status == 410


@pytest.mark.parametrize("token", ["x", "a" * 1024, "é", "W10.x.y", "\u0000", "{}"])
async def test_a_token_that_is_none_opens_nothing(post: Post, token: str) -> None:
    guest = post.house.browser()
    answer = await guest.post("/confirm", {"token": token, "comes": True})
    assert answer.status in (410, 422)


async def test_a_text_message_confirms(post: Post) -> None:
    visit = await reminded(post)
    assert "Answer 1 for yes" in post.texts[-1]["text"]
    number = await number_of(post, visit.patient)
    assert (await say(post, number, "1")).status == 200
    assert await confirmed(post, visit)


async def test_a_text_message_declines_and_one_that_is_more_is_kept_for_a_person(
    post: Post,
) -> None:
    visit = await reminded(post)
    browser, bell = await desk(post, visit)
    number = await number_of(post, visit.patient)
    await say(post, number, "Nein!")
    await bell.until("messages_changed")
    await say(post, number, "<script>yes, but my leg hurts</script>")
    page = (await browser.get("/admin/messages")).text
    assert "Cannot come" in page
    assert "&lt;script&gt;yes, but my leg hurts" in page
    assert not await confirmed(post, visit)
    no, unclear = await replies(post, visit.patient)
    assert (no.meaning, no.text) == (Meaning.NO, "")
    for one in (no, unclear):
        done = await browser.post(f"/admin/messages/answers/{one.id}/read", data={"state": ""})
        assert done.status == 303
    assert (await browser.get("/today.json")).json()["unattended"] == 0


async def test_stop_takes_the_number_out(post: Post) -> None:
    visit = await reminded(post)
    assert await post.waiting(visit) != []
    await say(post, await number_of(post, visit.patient), "STOP")
    assert await post.waiting(visit) == []
    async with post.house.units.reading(SYSTEM) as unit:
        assert await contact_points(unit.session, visit.patient.id) == []
    (row,) = await replies(post, visit.patient)
    assert row.meaning == Meaning.STOP
    assert len(await post.notices(visit, NoticeState.CANCELLED)) == 1


async def test_the_same_message_counts_once(post: Post) -> None:
    visit = await reminded(post)
    number = await number_of(post, visit.patient)
    await say(post, number, "1", "same")
    await say(post, number, "2", "same")
    assert await confirmed(post, visit)
    assert len(await replies(post, visit.patient)) == 1


async def test_yes_to_nothing_is_left_for_a_person(post: Post) -> None:
    visit = await reminded(post)
    post.house.clock.move(days=2)
    await say(post, await number_of(post, visit.patient), "1")
    assert not await confirmed(post, visit)
    (row,) = await replies(post, visit.patient)
    assert (row.meaning, row.text) == (Meaning.UNCLEAR, "1")


async def test_nobody_but_the_gateway_is_heard(post: Post) -> None:
    visit = await reminded(post)
    number = await number_of(post, visit.patient)
    now = int(post.house.clock.now().timestamp())
    forged: list[dict[str, Any]] = [
        {"secret": "another secret of the right length"},
        {"signature": ""},
        {"signature": f"t={now}"},
        {"signature": f"t={now},v1="},
        {"signature": f"t={now},v1={'0' * 64}"},
        {"signature": "t=é,v1=é"},
        {"signature": "=,=,=" * 200},
        {"at": now - 301},
        {"at": now + 301},
        {"at": 10**11},
        {"at": ""},
        {"body": b"x" * 20_000},
    ]
    for changes in forged:
        assert (await say(post, number, "1", **changes)).status == 404, changes
    assert not await confirmed(post, visit)
    assert (await say(post, number, "1", at=now - 299)).status == 200
    assert await confirmed(post, visit)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b"\xff\xfe", 422),
        (b'{"id": "1"}', 422),
        (b'{"id": "1", "from": "+441", "text": null}', 422),
        (b'{"id": "u1", "from": "+447700999999", "text": "1"}', 200),
        (b'{"id": "u2", "from": "nobody", "text": "1"}', 200),
        (b'{"id": "u3", "from": "+447700999999", "text": "\\u0000"}', 422),
    ],
)
async def test_a_gateway_that_writes_oddly_breaks_nothing(
    post: Post, body: bytes, status: int
) -> None:
    assert (await say(post, "", "", body=body)).status == status


def signed(secret: str, now: float) -> bool:
    mark = hmac.new(secret.encode(), b"0.x", hashlib.sha256).hexdigest()
    return is_signed(secret, f"t=0,v1={mark}", b"x", now)


async def test_without_a_good_secret_nothing_is_taken() -> None:
    assert signed(SECRET, 0)
    assert not signed("", 0)
    assert not signed("short", 0)
