"""A full disk: what cannot be saved is refused, visits go on, and it mends itself."""

from typing import Any

import pytest
from sqlalchemy import event, text

from rounds.kernel.actor import SYSTEM
from tests.making.house import House
from tests.making.visits import make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTE = "x" * 20_000
EVERY_PAGE = 0xFFFFFFFE
"""SQLite's own limit."""


class Disk:
    """Lets SQLite have no more pages than it has, as if nothing more could be written."""

    def __init__(self, house: House) -> None:
        self._engine = house.foundation.engine

        self._most = EVERY_PAGE
        # At each use of a connection, as those that are in use now come back later.
        event.listen(self._engine.sync_engine, "checkout", self._limit)

    async def fill(self) -> None:
        async with self._engine.connect() as connection:
            self._most = int(await connection.scalar(text("PRAGMA page_count")) or 0)

    def empty(self) -> None:
        self._most = EVERY_PAGE

    def _limit(self, connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {self._most}")


async def test_visits_go_on_while_nothing_can_be_saved(house: House) -> None:
    visit = await make_visit(house.units, relatives=0)
    browser = await house.signed_in(visit.gp)
    guest = await house.guest(visit.link(visit.patient))
    host = await browser.staff_room(visit.id)
    patient = await guest.guest_room(visit.link(visit.patient))
    await patient.ask("knock")
    await host.ask("admit", admission=visit.seat(visit.patient))
    disk = Disk(house)
    await disk.fill()

    saving = await browser.post(f"/visits/{visit.id}/note", {"text": NOTE, "revision": 0})
    assert saving.status == 503
    assert "no room left" in saving.json()["error"]["message"]
    assert saving.headers["Retry-After"] == "30"
    said = 0
    while True:  # until the last page of the database is full as well
        answer = await host.send("say", {"text": "x" * 2000, "key": f"k{said}"})
        if "error" in answer:
            assert answer["error"]["code"] == "unavailable"
            break
        said += 1
        assert said < 200
    assert (await host.ask("state"))["phase"] == "open"
    assert (await patient.ask("state"))["me"]["standing"] == "admitted"
    assert await patient.ask("heartbeat") == {}
    assert (await browser.get("/healthz")).status == 200

    disk.empty()
    saved = await browser.post(f"/visits/{visit.id}/note", {"text": NOTE, "revision": 0})
    assert (saved.status, saved.json()["revision"]) == (200, 1)
    await host.ask("say", text="Here we are again.", key="again")
    await patient.until("said", lambda one: one["text"] == "Here we are again.")
    async with house.units.reading(SYSTEM) as unit:
        assert await unit.session.scalar(text("PRAGMA integrity_check")) == "ok"
