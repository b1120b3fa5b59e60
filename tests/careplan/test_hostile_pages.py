"""Whatever a page sends: a typed refusal, the server alive, and the same text everywhere."""

import asyncio
from typing import Any

import pytest

from rounds.careplan.telling import SLOW
from rounds.sync.gate import LARGEST
from tests.making.house import House
from tests.making.plan_pages import PlanCast, PlanPage, data, make_plan_cast, text
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOAL = "t:g1.text"


async def ready(house: House) -> tuple[PlanCast, PlanPage]:
    cast = await make_plan_cast(house)
    page = await cast.page(cast.gp, "goals")
    await page.add("g1", "goal")
    return cast, page


async def reason(page: PlanPage, update: bytes) -> str:
    return str((await page.refusal("update", update=text(update)))["reason"])


def piece(client: int, clock: int, field: bytes, letters: bytes) -> bytes:
    """An update of one piece of text (Yjs update format, version 1)."""
    number = bytearray()
    while True:
        number.append((client & 0x7F) | (0x80 if client > 0x7F else 0))
        client >>= 7
        if not client:
            break
    head = b"\x01\x01" + bytes(number) + bytes([clock]) + b"\x04\x01"
    return head + bytes([len(field)]) + field + bytes([len(letters)]) + letters + b"\x00"


async def test_attacks_by_updates_are_refused_by_name_and_change_nothing(house: House) -> None:
    cast, page = await ready(house)
    other = await cast.page(cast.therapist, "goals")
    await other.type(GOAL, 0, "walk")
    mine, field = page.client, GOAL.encode()
    refused = {
        "forged": (piece(other.client, 4, field, b"x"), "foreign_client"),
        "later": (piece(mine, 9, field, b"x"), "missing_dependency"),
        "foreign field": (piece(mine, 0, b"t:g9.text", b"x"), "field"),
        "any root": (piece(mine, 0, b"secrets", b"x"), "field"),
        "large": (b"\x00" * (LARGEST + 1), "too_large"),
        "cut": (piece(mine, 0, field, b"hello")[:-4], "truncated"),
        "more": (piece(mine, 0, field, b"hello") + b"!", "trailing"),
        "deep": (b"\x01\x01\x05\x00\x08\x01" + b"\x75\x01" * 9000, "content"),
    }
    for name, (update, code) in refused.items():
        assert await reason(page, update) == code, name
    assert (await page.refusal("update", update="not base64"))["reason"] == "base64"
    late = await cast.page(cast.coordinator, "goals")
    assert str(late.text(GOAL)) == "walk"
    assert await page.type(GOAL, 0, "to ") == late.seq + 1


async def test_a_client_id_of_somebody_else_is_never_given(house: House) -> None:
    cast, page = await ready(house)
    line = await cast.line(cast.therapist)
    wish = {"kind": "goals", "client": page.client}
    answer = await line.send("open", {"sections": [wish]})
    told = answer["error"]
    assert (told["reason"], told["class"], told["section"]) == ("foreign_client", "resync", "goals")
    assert await line.refused("update", section="goals", update="AAA=") == "refused"


@pytest.mark.parametrize(
    "vector", ["AAA", "!", text(b"\xff\xff\xff\xff\x0f"), text(b"\x01"), text(b"\x80" * 40), "/w=="]
)
async def test_a_vector_that_is_none_is_refused(house: House, vector: str) -> None:
    _, page = await ready(house)
    wish = {"kind": "goals", "client": page.client, "vector": vector}
    answer = await page.line.send("open", {"sections": [wish]})
    assert answer["error"]["reason"] in ("vector", "base64")
    assert (await page.open())["seq"] == 1


WRONG: list[tuple[str, Any]] = [
    ("open", {"sections": "goals"}),
    ("open", {"sections": [{"kind": "goals"}]}),
    ("open", {"sections": [{"kind": "goals", "client": -1}]}),
    ("open", {"sections": [{"kind": "goals", "client": 1 << 60}]}),
    ("open", {"sections": [{"kind": "g" * 99, "client": 1}]}),
    ("open", {"clients": {"goals": "x"}}),
    ("update", {}),
    ("update", {"section": ["goals"], "update": "AAA="}),
    ("update", {"section": "goals", "update": 5}),
    ("update", {"section": "goals", "update": "AAA=", "by": "another"}),
    ("update", [1, 2]),
    ("command", {"section": "goals", "id": "", "op": "add", "item": "g2"}),
    ("command", {"section": "goals", "id": "1", "op": "drop", "item": "g1"}),
    ("command", {"section": "goals", "id": "1", "op": ["add"], "item": "g1"}),
    ("command", {"section": "goals", "id": "1", "op": "add", "item": "../x", "kind": "goal"}),
    ("command", {"section": "goals", "id": "1", "op": "set", "item": "g1", "values": [1]}),
    ("command", {"section": "goals", "id": "1", "op": "set", "item": "g1", "values": {"x": 1}}),
    ("command", {"section": "goals", "id": "1", "op": "set", "item": "g1", "by": "another"}),
    ("place", {"section": "goals", "field": "x" * 99}),
    ("place", {"section": "goals", "anchor": "!"}),
    ("place", {"section": "nothing"}),
    ("check", {"section": "goals", "seq": "x", "hash": ""}),
    ("lock", {"section": 5}),
    ("lock", {"section": "goals", "reason": ["why"]}),
    ("lock", {"section": "goals", "reason": "x" * 100_000}),
    ("lock", {"section": "goals", "reason": "why", "by": "another"}),
    ("unlock", {"section": "goals", "reason": "why"}),
    ("close", {"section": None}),
]


async def test_what_is_no_event_of_ours_is_refused_and_the_page_goes_on(house: House) -> None:
    _, page = await ready(house)
    for event, sent in WRONG:
        answer = await page.line.send(event, sent)
        assert answer["error"]["code"] in ("invalid", "refused", "not_found"), (event, sent)
    assert await page.type(GOAL, 0, "walk") == 2


async def test_too_much_of_one_person_in_one_section_is_slowed_and_nobody_else(
    house: House,
) -> None:
    cast, page = await ready(house)
    other = await cast.page(cast.therapist, "goals")
    for number in range(200):
        page.write(GOAL, number, "a")
    sent = [{"section": "goals", "update": text(one)} for one in page.send()]
    answers = await asyncio.gather(*(page.line.send("update", one) for one in sent))
    refused = [one["error"] for one in answers if "error" in one]
    assert {one["reason"] for one in refused} >= {"too_fast"}
    # What stands on a refused one waits for it.
    assert {one["reason"] for one in refused} <= {"too_fast", "missing_dependency"}
    hasty = next(one for one in refused if one["reason"] == "too_fast")
    assert (hasty["class"], hasty["retry_after"]) == ("retry", 1)
    last = await other.type(GOAL, 0, "b")
    told = await page.open()
    rest = page.doc.get_update(data(told["vector"]))
    await eventually(lambda: _sent(page, rest))
    await other.open()
    assert str(other.text(GOAL)).count("a") == 200
    assert last > 100


async def _sent(page: PlanPage, update: bytes) -> bool:
    answer = await page.line.send("update", {"section": "goals", "update": text(update)})
    return "ok" in answer


async def test_a_page_that_reads_slowly_is_told_no_rows_until_it_opens_again(house: House) -> None:
    cast, page = await ready(house)
    slow = await cast.page(cast.therapist, "goals")
    served = house.sockets
    whole = served.backlog
    sid = slow.line.client.get_sid("/careplan")
    served.backlog = lambda one, name: SLOW if one == sid else whole(one, name)  # type: ignore[assignment, method-assign]
    last = await page.type(GOAL, 0, "walk")
    await page.until(last)
    assert slow.line.told("update") == slow.line.told("behind") == []
    served.backlog = whole  # type: ignore[method-assign]
    await slow.line.until("behind", lambda told: told["section"] == "goals")
    assert slow.line.told("update") == []
    await slow.open()
    assert str(slow.text(GOAL)) == "walk"
    await slow.until(await page.type(GOAL, 0, "to "))
