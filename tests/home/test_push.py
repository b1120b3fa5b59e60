"""A knock reaches who has no page open, in the browsers they allowed, until their session ends."""

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rounds.app import SENDER
from rounds.kernel.actor import SYSTEM
from rounds.notices.queries import subscriptions_of
from tests.making.browser import Browser
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.notices import Service, service
from tests.making.people import Someone
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

SECRET = b"s" * 16
KEY = ec.generate_private_key(ec.SECP256R1())


def coded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def subscription(endpoint: str) -> dict[str, Any]:
    point = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"endpoint": endpoint, "keys": {"p256dh": coded(point), "auth": coded(SECRET)}}


@asynccontextmanager
async def pushing(folder: Path) -> AsyncIterator[tuple[House, Service]]:
    settings = make_settings(folder, "", push_hosts="127.0.0.1")
    async with service() as told, running(settings) as house:
        yield house, told


async def knock(house: House, visit: MadeVisit) -> None:
    link = visit.link(visit.patient)
    guest = await (await house.guest(link)).guest_room(link)
    await guest.ask("knock")


async def rings_for(house: House, person: Someone) -> int:
    async with house.units.reading(SYSTEM) as unit:
        return len(await subscriptions_of(unit.session, person.id, unit.now))


async def allow(browser: Browser, told: Service) -> None:
    answer = await browser.post("/account/push", subscription(told.url))
    assert answer.status == 200, answer.text


async def test_a_knock_rings_a_closed_page_without_a_name(tmp_path: Path) -> None:
    async with pushing(tmp_path) as (house, told):
        visit = await make_visit(house.units)
        gp = await house.signed_in(visit.gp)
        await allow(gp, told)
        await knock(house, visit)
        await eventually(lambda: told.posted)
        await house.app[SENDER].send_due()
        ((headers, body),) = told.posted
        said = json.loads(http_ece.decrypt(body, private_key=KEY, auth_secret=SECRET))
        assert said["title"] == "Somebody waits"
        assert visit.patient.name.split()[0] not in json.dumps(said)
        assert int(headers["TTL"]) == 120


async def test_an_open_page_is_not_rung_twice(tmp_path: Path) -> None:
    async with pushing(tmp_path) as (house, told):
        visit = await make_visit(house.units)
        gp = await house.signed_in(visit.gp)
        await allow(gp, told)
        page = await gp.line("/me", {"door": "staff"})
        await knock(house, visit)
        await page.until("guest_knocked")
        await house.app[SENDER].send_due()
        assert told.posted == []


async def test_it_ends_with_the_session_or_the_browser(tmp_path: Path) -> None:
    async with pushing(tmp_path) as (house, told):
        visit = await make_visit(house.units)
        gp = await house.signed_in(visit.gp)
        await allow(gp, told)
        await allow(gp, told)
        assert await rings_for(house, visit.gp) == 1
        await gp.post("/account/push/end", {"endpoint": told.url})
        assert await rings_for(house, visit.gp) == 0
        await allow(gp, told)
        await gp.post("/sign-out", data={})
        assert await rings_for(house, visit.gp) == 0
        # A browser belongs to whoever signs in in it next.
        again = await house.signed_in(visit.gp)
        await allow(again, told)
        assert await rings_for(house, visit.gp) == 1
        house.clock.move(hours=13)
        assert await rings_for(house, visit.gp) == 0, "the session's own end"
        anew = await house.signed_in(visit.gp)
        await allow(anew, told)
        told.statuses = [410]
        await knock(house, await make_visit(house.units, visit.clinic, [visit.gp]))
        await eventually(lambda: told.posted)

        async def ended() -> bool:
            return await rings_for(house, visit.gp) == 0

        await eventually(ended)


async def test_nobody_lets_the_server_knock_at_other_doors(tmp_path: Path) -> None:
    async with pushing(tmp_path) as (house, told):
        visit = await make_visit(house.units)
        gp = await house.signed_in(visit.gp)
        good = subscription(told.url)
        for wrong in (
            good | {"endpoint": "https://10.0.0.1/admin"},
            good | {"endpoint": "http://localhost/x"},
            good | {"endpoint": "x" * 3000},
            good | {"endpoint": ""},
            good | {"endpoint": "https://127.0.0.1/\u0000"},
            good | {"keys": {"p256dh": "B" * 20, "auth": "A" * 22}},
            good | {"keys": {"p256dh": 1, "auth": None}},
            good | {"expirationTime": None},
            {},
        ):
            assert (await gp.post("/account/push", wrong)).status == 422, wrong
        assert await rings_for(house, visit.gp) == 0


async def test_nobody_ends_anothers(tmp_path: Path) -> None:
    async with pushing(tmp_path) as (house, told):
        one, other = await make_visit(house.units), await make_visit(house.units)
        gp, stranger = await house.signed_in(one.gp), await house.signed_in(other.gp)
        await allow(gp, told)
        answer = await stranger.post("/account/push/end", {"endpoint": told.url})
        assert answer.status == 200
        assert await rings_for(house, one.gp) == 1


async def test_the_worker_is_served_from_the_root(tmp_path: Path) -> None:
    async with pushing(tmp_path) as (house, _):
        answer = await house.browser().get("/worker.js")
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "fetch" not in answer.text, "it stands in no request's way"


pytestmark = pytest.mark.asyncio
