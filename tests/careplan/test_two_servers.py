"""Two servers over one database: nothing answered is lost, and all end with the same words."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from rounds.careplan.pages import OLD
from rounds.kernel.ids import new_id
from tests.making.clock import StoppedClock
from tests.making.fixtures import light_passwords, on_postgresql
from tests.making.ground import make_settings
from tests.making.house import House, running
from tests.making.people import Someone
from tests.making.plan_pages import PlanCast, PlanPage, data, make_plan_cast, text
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_postgresql]

GOAL = "t:g1.text"
LETTERS = 40
"""That each of two writes, one after the other is answered."""
AGAIN = {"storage", "reopen", "not_open", "too_fast"}
"""Refusals after which a page opens anew and sends the same again."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def houses(folder: Path, shared_database: str) -> AsyncIterator[tuple[House, House]]:
    """Two servers with the same keys and the same clock."""
    clock = StoppedClock()
    one, other = make_settings(folder, shared_database), make_settings(folder, shared_database)
    async with (
        running(one, clock, passwords=light_passwords()) as first,
        running(other, clock, passwords=light_passwords()) as second,
    ):
        yield first, second


class Tab(PlanPage):
    """A page that does what the product's page does when it is told to open anew."""

    async def try_to_open(self) -> Any:
        """Open again; return what was told, nothing when it is to be tried once more."""
        try:
            return await self.open()
        except AssertionError as refused:
            if not any(reason in str(refused) for reason in AGAIN):
                raise
            return None

    async def keep_up(self) -> int:
        """Take in what was told, or open anew where that was asked for; return the last row."""
        fresh = {name for name, _ in self.line.heard[self.heard :]}
        if "reset" in fresh:
            await eventually(self.try_to_open)
        else:
            self.take()
        return int(self.seq)

    async def write_and_save(self, letters: str) -> int:
        """Write at the end, and send it until it is answered for; return the number of its row."""
        await self.keep_up()
        self.write(GOAL, 10**6, letters)
        (update,) = self.send()
        while True:
            answer = await self.line.send(
                "update", {"section": self.section, "update": text(update)}
            )
            if "ok" in answer:
                return int(answer["ok"]["seq"])
            assert answer["error"].get("reason") in AGAIN, answer
            told = await eventually(self.try_to_open)
            update = self.doc.get_update(data(told["vector"]))


async def cast_at(houses: tuple[House, House]) -> tuple[PlanCast, PlanCast]:
    """The same people, at each of the servers."""
    cast = await make_plan_cast(houses[0])
    return cast, replace(cast, house=houses[1])


async def tab(cast: PlanCast, person: Someone) -> Tab:
    """The goals, opened by somebody."""
    page = Tab(await cast.line(person), "goals")
    await page.open()
    return page


async def type_all(page: Tab, letter: str) -> int:
    """Write letter by letter, each as soon as the one before is answered for."""
    last = 0
    for _ in range(LETTERS):
        last = await page.write_and_save(letter)
    return last


async def caught_up(page: Tab, seq: int) -> bool:
    return await page.keep_up() >= seq


async def test_two_who_write_at_once_lose_nothing_and_read_the_same(
    houses: tuple[House, House],
) -> None:
    here, there = await cast_at(houses)
    gp, therapist = await tab(here, here.gp), await tab(there, there.therapist)
    readers = [await tab(one, one.coordinator) for one in (here, there)]
    await gp.add("g1", "goal")
    await eventually(lambda: caught_up(therapist, 1))
    ends = await asyncio.gather(type_all(gp, "a"), type_all(therapist, "b"))
    # They were in each other's way, and both came through.
    assert gp.line.told("reset") or therapist.line.told("reset")
    for page in (gp, therapist, *readers):
        await eventually(lambda page=page: caught_up(page, max(ends)))  # type: ignore[misc]
    words = {str(page.text(GOAL)) for page in (gp, therapist, *readers)}
    assert len(words) == 1
    assert Counter(words.pop()) == {"a": LETTERS, "b": LETTERS}
    for cast in (here, there):
        late = await tab(cast, cast.coordinator)
        assert str(late.text(GOAL)) == str(gp.text(GOAL))
        assert late.seq == max(ends) == 1 + 2 * LETTERS


async def test_who_only_reads_elsewhere_is_told_without_opening_anew(
    houses: tuple[House, House],
) -> None:
    here, there = await cast_at(houses)
    gp, reader = await tab(here, here.gp), await tab(there, there.therapist)
    await gp.add("g1", "goal", status="open")
    last = await gp.type(GOAL, 0, "Walk each day")
    await eventually(lambda: caught_up(reader, last))
    await gp.line.ask("lock", section="goals")
    told = await reader.line.until("locked")
    assert told["locked"]["by"] == here.gp.id
    assert str(reader.text(GOAL)) == "Walk each day"
    assert reader.line.told("update")[-1]["by"] == [here.gp.id]
    assert reader.line.told("command")[-1]["command"]["values"] == {"status": "open"}
    assert reader.line.told("reset") == []


async def test_what_is_sent_to_both_is_done_once_and_of_two_one_comes_first(
    houses: tuple[House, House],
) -> None:
    here, there = await cast_at(houses)
    gp, therapist = await tab(here, here.gp), await tab(there, there.therapist)
    await gp.add("g1", "goal")
    await eventually(lambda: caught_up(therapist, 1))
    deed = {"section": "goals", "op": "set", "item": "g1", "if_seq": 1}
    sent = [
        (gp, deed | {"id": new_id(), "values": {"status": "on_the_way"}}),
        (therapist, deed | {"id": new_id(), "values": {"status": "reached"}}),
    ]
    answers = await asyncio.gather(*(page.line.send("command", one) for page, one in sent))
    won = [one for one in answers if "ok" in one]
    assert [one["ok"]["seq"] for one in won] == [2]
    (loser, again), (winner, first) = sorted(sent, key=lambda one: "ok" in answers[sent.index(one)])
    # Whoever came second opens anew, and is told what they had not seen.
    await loser.line.until("reset")
    await eventually(loser.try_to_open)
    refusal = (await loser.line.send("command", again))["error"]
    assert (refusal["reason"], refusal["class"]) == ("precondition", "final")
    # The first one's, sent by the other way as after a break, is not done again.
    other = await tab(there if winner is gp else here, here.gp if winner is gp else here.therapist)
    assert await other.line.ask("command", **first) == {"seq": 2}


async def test_a_client_id_is_one_persons_at_both(houses: tuple[House, House]) -> None:
    here, there = await cast_at(houses)
    gp = await tab(here, here.gp)
    line = await there.line(there.therapist)
    wish = {"kind": "goals", "client": gp.client}
    answer = await line.send("open", {"sections": [wish]})
    assert answer["error"]["reason"] == "foreign_client"


async def test_a_right_that_ends_at_one_ends_at_the_other_when_it_is_asked_again(
    houses: tuple[House, House],
) -> None:
    here, there = await cast_at(houses)
    page = await tab(there, there.patient)
    browser = await here.house.signed_in(here.gp)
    form = {"person": here.patient.id, "kind": "goals", "right": "none"}
    path = f"/patients/{here.patient.id}/plan/rights"
    assert (await browser.post(path, data=form)).status == 303
    plans = there.house.sockets.namespace_handlers["/careplan"]
    for one in plans.pages.by_sid.values():
        one.read_at -= OLD
    # What the server does every twenty seconds.
    await plans.close_ended()
    await page.line.until("gone", lambda one: one["section"] == "goals")
    answer = await page.line.send("update", {"section": "goals", "update": text(b"\x00\x00")})
    assert answer["error"]["code"] == "not_found"
