"""Who has a plan open gets what is there, and every row once it is on the disk, by both ways."""

import asyncio
import hashlib
from collections.abc import Iterator

import pytest

from rounds.careplan.kinds import SECTIONS
from rounds.careplan.telling import SLOW
from tests.making.house import House
from tests.making.plan_pages import PlanCast, PlanPage, data, make_plan_cast, text

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("way", ["fast", "stock", "polling"]),
]

GOAL = "t:g1.text"


@pytest.fixture(autouse=True)
def _on_each_way(house: House, way: str) -> Iterator[None]:
    house.sockets.eio.is_stock = way == "stock"
    house.transport = "polling" if way == "polling" else "websocket"
    yield
    house.sockets.eio.is_stock = False
    house.transport = "websocket"


async def written(house: House) -> tuple[PlanCast, PlanPage, PlanPage]:
    """A goal of a patient, open to the GP and the therapist."""
    cast = await make_plan_cast(house)
    one, other = await cast.page(cast.gp, "goals"), await cast.page(cast.therapist, "goals")
    await one.add("g1", "goal")
    return cast, one, other


async def test_who_comes_gets_every_section_they_may_read(house: House) -> None:
    cast = await make_plan_cast(house)
    for person, hidden in ((cast.gp, set()), (cast.patient, {"team_notes"})):
        line = await cast.line(person)
        clients = {kind: number for number, kind in enumerate(SECTIONS, int(person.id[-4:], 16))}
        told = await line.ask("open", clients=clients)
        assert told["sections"].keys() == SECTIONS.keys() - hidden
        assert told["people"][person.id]["name"] == person.name
        assert "team_notes" not in str(told) or not hidden
        rights = {kind: one["right"] for kind, one in told["sections"].items()}
        assert rights["my_goals"] == "edit"
        assert rights["goals"] == ("comment" if hidden else "edit")


async def test_two_who_write_read_the_same(house: House) -> None:
    cast, one, other = await written(house)
    for number in range(10):
        await asyncio.gather(one.type(GOAL, number, "a"), other.type(GOAL, 0, "😀"))
    last = await one.type(GOAL, 0, "!")
    await asyncio.gather(one.until(last), other.until(last))
    late = await cast.page(cast.patient, "goals")
    written_there = str(one.text(GOAL))
    assert len(written_there) == 21
    assert str(other.text(GOAL)) == str(late.text(GOAL)) == written_there
    # Each row says who wrote it, by the server's word.
    told = [who for update in other.line.told("update") for who in update["by"]]
    assert set(told) == {cast.gp.id, cast.therapist.id}
    digest = hashlib.sha256(f"{GOAL}\0{written_there}\0".encode()).hexdigest()
    assert await late.line.ask("check", section="goals", seq=last, hash=digest) == {"same": True}
    assert await late.line.ask("check", section="goals", seq=last, hash="no") == {"same": False}
    assert await late.line.ask("check", section="goals", seq=1, hash=digest) == {"same": None}


async def test_rows_that_come_while_a_page_opens_are_told_after_the_answer(house: House) -> None:
    _, one, other = await written(house)
    # Fewer than a page that takes none at the moment is told before it has to open anew.
    for number in range(SLOW - 8):
        one.write(GOAL, number, "a")
    sent = [one.line.send("update", {"section": "goals", "update": text(u)}) for u in one.send()]
    typing = asyncio.gather(*sent)
    for _ in range(5):
        await other.open()
    answers = await typing
    await other.until(max(answer["ok"]["seq"] for answer in answers))
    assert str(other.text(GOAL)) == "a" * (SLOW - 8)


async def test_a_command_is_told_with_who_gave_it_and_done_once(house: House) -> None:
    cast, one, other = await written(house)
    told = await other.line.until("command")
    assert (told["section"], told["by"], told["seq"]) == ("goals", cast.gp.id, 1)
    assert told["command"]["op"] == "add"
    deed = {"section": "goals", "id": "twice", "op": "archive", "item": "g1"}
    first = await one.line.ask("command", **deed)
    assert await one.line.ask("command", **deed) == first
    seen = await one.refusal("command", id="3", op="restore", item="g1", if_seq=1)
    assert (seen["code"], seen["reason"], seen["class"]) == ("refused", "precondition", "final")
    again = await other.open()
    assert [(one["id"], one["archived"], one["by"]) for one in again["items"]] == [
        ("g1", True, cast.gp.id)
    ]


async def test_a_page_that_comes_back_sends_what_it_kept_and_gets_what_it_missed(
    house: House,
) -> None:
    cast, one, other = await written(house)
    walk = await one.type(GOAL, 0, "walk")
    await asyncio.gather(one.until(walk), other.until(walk))
    await one.line.close()
    one.write(GOAL, 4, " daily")
    last = await other.type(GOAL, 0, "to ")
    one.line = await cast.line(cast.gp)
    update = text(one.doc.get_update(data((await one.open())["vector"])))
    for _ in range(2):  # the second is nothing new, and answered with the same number
        told = await one.line.ask("update", section="goals", update=update)
        assert told == {"seq": last + 1}
    await other.until(last + 1)
    assert str(one.text(GOAL)) == str(other.text(GOAL)) == "to walk daily"


async def test_a_locked_section_takes_nothing_until_it_is_opened_again(house: House) -> None:
    cast, one, other = await written(house)
    await one.line.ask("lock", section="goals")
    told = await other.line.until("locked")
    assert (told["locked"]["by"], told["seq"]) == (cast.gp.id, 2)
    other.write(GOAL, 0, "no")
    (update,) = other.send()
    refusal = await other.refusal("update", update=text(update))
    assert (refusal["reason"], refusal["class"]) == ("locked", "final")
    deed = await other.refusal("command", id="9", op="archive", item="g1")
    assert deed["reason"] == "locked"
    late = PlanPage(await cast.line(cast.patient), "goals")
    assert (await late.open())["locked"]["by"] == cast.gp.id
    # Pressed twice it is done once; who is no clinician cannot.
    assert await one.line.ask("lock", section="goals") == {"seq": 2}
    assert await late.line.refused("unlock", section="goals") == "not_found"
    await other.line.ask("unlock", section="goals")
    assert await other.line.ask("update", section="goals", update=text(update)) == {"seq": 4}
    told = await one.line.until("update")
    assert (told["from"], data(told["updates"][0])) == (4, update)
