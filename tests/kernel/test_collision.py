"""Two who wait for each other: the database ends one, who can do it again, and a reading is."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Collision
from rounds.kernel.unit import Unit, Units
from rounds.people.model import Clinic
from rounds.resources import Foundation
from rounds.web.keys import REQUEST_ID
from rounds.web.middleware import _handled
from tests.making.fixtures import on_postgresql
from tests.making.people import make_clinic

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_postgresql]


async def hold(unit: Unit, clinic: Clinic) -> None:
    """Hold a clinic's row until the end of the transaction."""
    await unit.session.execute(select(Clinic).where(Clinic.id == clinic.id).with_for_update())


class Crossing:
    """Two transactions that take the same two rows, each the other's first."""

    def __init__(self, units: Units, one: Clinic, other: Clinic) -> None:
        self.units, self.rows = units, (one, other)
        self.holds = asyncio.Barrier(2)

    async def take(self, *order: int) -> None:
        async with self.units(SYSTEM) as unit:
            await hold(unit, self.rows[order[0]])
            await self.holds.wait()
            await hold(unit, self.rows[order[1]])


@pytest_asyncio.fixture(loop_scope="module")
async def crossing(earth: Foundation) -> Crossing:
    return Crossing(earth.units, await make_clinic(earth.units), await make_clinic(earth.units))


async def test_one_goes_on_and_the_other_is_told(crossing: Crossing) -> None:
    ends = await asyncio.gather(crossing.take(0, 1), crossing.take(1, 0), return_exceptions=True)
    told = [one for one in ends if one is not None]
    assert [type(one) for one in told] == [Collision]
    assert isinstance(told[0], Collision)
    assert told[0].retry_after == 1


@pytest_asyncio.fixture(loop_scope="module")
async def desk(crossing: Crossing) -> AsyncIterator[tuple[TestClient[Any, Any], list[str]]]:
    """A server whose page crosses with another transaction the first time it is asked for."""
    tries: list[str] = []

    async def page(request: web.Request) -> web.Response:
        tries.append(request.method)
        if len(tries) == 1:
            others = asyncio.gather(
                crossing.take(0, 1), crossing.take(1, 0), return_exceptions=True
            )
            for one in await others:
                if one is not None:
                    raise one
        return web.Response(text="read")

    async def around(request: web.Request) -> web.StreamResponse:
        request[REQUEST_ID] = "it"
        try:
            return await _handled(request, page)
        except Collision:
            return web.Response(status=503)

    app = web.Application()
    app.router.add_route("*", "/", around)
    async with TestClient(TestServer(app)) as client:
        yield client, tries


async def test_a_reading_is_repeated_once(desk: tuple[TestClient[Any, Any], list[str]]) -> None:
    client, tries = desk
    assert (await client.get("/")).status == 200
    assert tries == ["GET", "GET"]


async def test_a_deed_is_left_to_who_did_it(desk: tuple[TestClient[Any, Any], list[str]]) -> None:
    client, tries = desk
    assert (await client.post("/")).status == 503
    assert tries == ["POST"]
