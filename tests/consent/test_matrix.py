"""Who may do what, at every door and every event, by every tie there can be to the visit."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from rounds.kernel.actor import Role
from rounds.people.model import Clinic
from tests.consent.cast import CAST, OFFICE, SEATED_STAFF, STAFF, Cast, Tie, cast_for
from tests.consent.cell import Cell
from tests.making.browser import Line, Refused
from tests.making.house import House
from tests.making.people import make_clinic
from tests.making.visits import MadeVisit

pytestmark = pytest.mark.asyncio(loop_scope="module")

CELLS: list[Cell] = [
    one
    for path in sorted((Path(__file__).parent / "cells").glob("*.py"))
    for one in import_module(f"tests.consent.cells.{path.stem}").CELLS
]
PAGES_OF_THEIR_OWN = {"GET /today", "GET /locked"}
"""Tried below: what they show depends on who looks."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def another(house: House) -> Clinic:
    return await make_clinic(house.units, "Hill")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def closed(house: House, another: Clinic) -> Cast:
    """A visit that nobody changes: those who are refused knock here."""
    return await cast_for(house, another)


@pytest_asyncio.fixture(loop_scope="module")
async def cast(house: House, another: Clinic) -> Cast:
    """A visit of this test alone, a minute of its own, and everybody with a tie to it."""
    house.clock.move(minutes=2)
    return await cast_for(house, another)


async def denials(house: House) -> list[tuple[str, int]]:
    return [(line.action, line.count) for line in await house.trail(outcome="denied")]


async def denied(house: House) -> int:
    return await house.counted(outcome="denied")


async def test_the_matrix_has_every_door(house: House) -> None:
    from tests.web.test_doors import OPEN_TO_ALL, declared

    guarded = {name for name, door in declared(house.app).items() if door} - OPEN_TO_ALL
    assert {one.door for one in CELLS} | PAGES_OF_THEIR_OWN == guarded


@pytest.mark.parametrize("one", CELLS, ids=lambda one: one.door)
async def test_a_door_is_closed_to_everybody_else(house: House, closed: Cast, one: Cell) -> None:
    for tie in [tie for tie in CAST if tie not in one.allowed]:
        browser = await closed.browser(tie)
        before = await denied(house)
        answer = await one.ask(browser, closed)
        if one.page and tie not in one.within:
            assert answer.status == 302, (tie, answer.text)
            assert answer.headers["Location"].startswith(one.sign_in), tie
            assert await denied(house) == before, tie
            continue
        again = await one.ask(browser, closed)
        assert [answer.status, again.status] == [404, 404], tie
        for word in closed.words:
            assert word not in answer.text, tie
        assert await denied(house) == before + 2, tie


@pytest.mark.parametrize("one", CELLS, ids=lambda one: one.door)
async def test_a_door_opens_to_exactly_these(
    house: House, closed: Cast, another: Clinic, one: Cell
) -> None:
    for tie in [tie for tie in CAST if tie in one.allowed]:
        there = await cast_for(house, another) if one.changes else closed
        browser = await there.browser(tie)
        before = await denied(house)
        answer = await one.ask(browser, there)
        assert answer.status in (200, 303), (tie, answer.text)
        assert await denied(house) == before, tie


@pytest.mark.parametrize("tie", CAST)
async def test_today_is_for_staff_and_sends_others_to_sign_in(cast: Cast, tie: Tie) -> None:
    answer = await (await cast.browser(tie)).get("/today")
    if tie in STAFF:
        assert answer.status == 200
        seen = cast.visit.patient.name in answer.text
        # The office helps with everybody's visits of the day.
        assert seen == (tie in SEATED_STAFF | OFFICE)
    else:
        assert (answer.status, answer.headers["Location"]) == (302, "/?next=/today")


@pytest.mark.parametrize("tie", CAST)
async def test_a_room_opens_to_those_with_a_seat(house: House, cast: Cast, tie: Tie) -> None:
    browser = await cast.browser(tie)
    wish: dict[str, Any] = {"door": "staff", "visit": cast.visit.id}
    if tie in (Tie.PATIENT, Tie.RELATIVE):
        wish = {"door": "guest", "invitation": cast.link(tie).invitation}
    before = await denials(house)
    if tie in SEATED_STAFF | {Tie.PATIENT, Tie.RELATIVE}:
        line = await browser.line("/rooms", wish)
        assert (await line.ask("state"))["room"] == cast.visit.room
        assert await denials(house) == before
        return
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            await browser.line("/rooms", wish)
        assert refusal.value.code == "not_found"
    assert (await denials(house))[len(before) :] == [("room.enter", 2)]


@pytest.mark.parametrize("tie", [Tie.RELATIVE, Tie.OTHER_GUEST, Tie.HOST, Tie.STRANGER])
async def test_a_guests_door_opens_only_to_the_device_of_that_link(
    house: House, cast: Cast, tie: Tie
) -> None:
    browser = await cast.browser(tie)
    wish = {
        "door": "guest",
        "invitation": cast.link(Tie.PATIENT).invitation,
        "visit": cast.visit.id,
    }
    before = await denials(house)
    with pytest.raises(Refused) as refusal:
        await browser.line("/rooms", wish)
    assert refusal.value.code == "not_found"
    assert [count for _, count in (await denials(house))[len(before) :]] == [1]


async def test_a_guest_who_asks_for_another_visit_gets_their_own(cast: Cast) -> None:
    browser = await cast.browser(Tie.OTHER_GUEST)
    wish = {
        "door": "guest",
        "invitation": cast.link(Tie.OTHER_GUEST).invitation,
        "visit": cast.visit.id,
    }
    line = await browser.line("/rooms", wish)
    assert (await line.ask("state"))["room"] == cast.other.room != cast.visit.room


@pytest.mark.parametrize("tie", CAST)
async def test_the_bells_of_the_day_ring_for_staff(house: House, cast: Cast, tie: Tie) -> None:
    browser = await cast.browser(tie)
    if tie in STAFF:
        await (await browser.line("/me", {"door": "staff"})).close()
        return
    before = await denials(house)
    with pytest.raises(Refused) as refusal:
        await browser.line("/me", {"door": "staff"})
    assert refusal.value.code == "not_found"
    assert (await denials(house))[len(before) :] == [("today.listen", 1)]


HOST_ONLY = {
    "admit", "admit_all", "deny", "send_back", "agree", "call_begin", "call_end", "end",
    "share_begin", "share_decline", "share_let", "mute", "mute_all",
}  # fmt: skip
INSIDE_ONLY = {"say", "ticket", "share_ask", "share_end", "hand_up", "hand_down", "sounded"}
TEAM_ONLY = {"confer"}
"""What is not there for guests and interpreters."""
SEATED = {
    "state", "heartbeat", "announce", "look", "knock", "leave", "write", "call_me", "call_off",
    "hindered",
}  # fmt: skip
SITUATIONS = {
    "a waiting patient": SEATED,
    "a patient inside": SEATED | INSIDE_ONLY,
    "a patient sent back": SEATED,
    "a patient denied": SEATED,
    "a coordinator inside": SEATED | INSIDE_ONLY | TEAM_ONLY,
    "a host inside": SEATED | INSIDE_ONLY | HOST_ONLY | TEAM_ONLY,
    "a host who left": SEATED | {"end"},
}


async def test_the_matrix_has_every_event(house: House) -> None:
    events = set(house.sockets.namespace_handlers["/rooms"].events)
    assert events == SEATED | INSIDE_ONLY | HOST_ONLY | TEAM_ONLY


async def seated(cast: Cast, situation: str) -> Line:
    """Bring somebody into a situation, with the relative waiting to be decided about."""
    visit = cast.visit
    host = await (await cast.browser(Tie.HOST)).staff_room(visit.id)
    relative = await (await cast.browser(Tie.RELATIVE)).guest_room(cast.link(Tie.RELATIVE))
    await relative.ask("knock")
    if situation == "a coordinator inside":
        return await (await cast.browser(Tie.SEATED)).staff_room(visit.id)
    if situation.startswith("a host"):
        if situation.endswith("left"):
            await host.ask("leave")
        return host
    patient = await (await cast.browser(Tie.PATIENT)).guest_room(cast.link(Tie.PATIENT))
    await patient.ask("knock")
    seat = visit.seat(visit.patient)
    if situation in ("a patient inside", "a patient sent back"):
        await host.ask("admit", admission=seat)
    if situation == "a patient sent back":
        await host.ask("send_back", seat=seat)
    if situation == "a patient denied":
        await host.ask("deny", admission=seat)
    return patient


def payload(event: str, visit: MadeVisit, own: str) -> dict[str, Any]:
    waiting = visit.seat(visit.relatives[0])
    wishes: dict[str, dict[str, Any]] = {
        "admit": {"admission": waiting},
        "deny": {"admission": waiting},
        "send_back": {"seat": visit.seat(visit.patient)},
        "say": {"text": "hello", "key": "1"},
        "confer": {"text": "between us", "key": "2"},
        "hand_down": {"seat": own},
        "mute": {"seat": visit.seat(visit.patient)},
        "announce": {"microphone": True, "camera": False},
        "look": {"hidden": False},
        "agree": {"seat": waiting},
        "call_begin": {"seat": waiting},
        "call_end": {"seat": waiting},
        "write": {"text": "hello", "key": "1"},
        "call_me": {"number": "020 7946 0188"},
        "hindered": {"device": "camera", "cause": "denied"},
        "sounded": {"since_admission": 0},
        "share_decline": {"seat": visit.seat(visit.patient)},
        "share_end": {"seat": own},
        "share_let": {"seat": visit.seat(visit.patient)},
    }
    return wishes.get(event, {})


@pytest.mark.parametrize("situation", SITUATIONS)
async def test_events_are_open_to_exactly_these(house: House, cast: Cast, situation: str) -> None:
    line = await seated(cast, situation)
    own = (await line.ask("state"))["me"]["seat"]
    # What is refused comes first: what is allowed changes the situation, `end` most of all.
    events = [
        *sorted((SEATED | INSIDE_ONLY | HOST_ONLY | TEAM_ONLY) - {"leave", "end"}),
        "leave",
        "end",
    ]
    allowed = SITUATIONS[situation]
    for event in [one for one in events if one not in allowed]:
        before = await denials(house)
        for _ in range(2):
            hidden = event in TEAM_ONLY and not situation.startswith("a host")
            code = "not_found" if hidden else "forbidden"
            assert await line.refused(event, **payload(event, cast.visit, own)) == code, event
        new = (await denials(house))[len(before) :]
        # Events of one action are one line: its count grows instead.
        assert new == [] or [count for _, count in new] == [2], event
    counts = await denied(house)
    for event in [one for one in events if one in allowed]:
        answer = await line.send(event, payload(event, cast.visit, own))
        # A rule of the room may still say no; the one about access did not.
        code = answer.get("error", {}).get("code")
        assert code in (None, "conflict", "unavailable"), (event, answer)
    assert await denied(house) == counts


async def test_a_decision_reaches_no_seat_of_another_room(cast: Cast) -> None:
    """The other visit's patient waits; the host of this one names their seat."""
    other = await (await cast.browser(Tie.OTHER_GUEST)).guest_room(cast.link(Tie.OTHER_GUEST))
    await other.ask("knock")
    host = await (await cast.browser(Tie.HOST)).staff_room(cast.visit.id)
    seat = cast.other.seat(cast.other.patient)
    for event, wish in (
        ("admit", {"admission": seat}),
        ("deny", {"admission": seat}),
        ("send_back", {"seat": seat}),
    ):
        assert await host.refused(event, **wish) == "conflict"
    assert (await other.ask("state"))["me"]["standing"] == "waiting"


async def test_a_link_of_another_visit_is_not_managed_from_here(house: House, cast: Cast) -> None:
    browser = await cast.browser(Tie.HOST)
    theirs = cast.other.link(cast.other.patient)
    before = await denials(house)
    for deed in ("revoke", "reissue"):
        path = f"/visits/{cast.visit.id}/links/{theirs.invitation}/{deed}"
        assert (await browser.post(path, {})).status == 404
    assert (await denials(house))[len(before) :] == [("visit.link", 2)]
    assert (await browser.post("/j/peek", {"token": theirs.token})).json()["standing"] == "ready"


async def test_a_ticket_serves_only_while_its_owner_is_inside(cast: Cast) -> None:
    visit = cast.visit
    host = await (await cast.browser(Tie.HOST)).staff_room(visit.id)
    browser = await cast.browser(Tie.PATIENT)
    patient = await browser.guest_room(cast.link(Tie.PATIENT))
    await patient.ask("knock")
    await host.ask("admit", admission=visit.seat(visit.patient))
    ticket = await patient.ask("ticket")
    media = await browser.line("/media", {"token": ticket["token"]})
    assert await media.refused("publish", sdp="v=0") == "invalid"
    await host.ask("send_back", seat=visit.seat(visit.patient))
    await media.until("gone")
    assert await media.refused("publish", sdp="v=0") == "forbidden"
    assert await media.refused("answer", sdp="v=0", version=1) == "forbidden"
    with pytest.raises(Refused) as refusal:
        await browser.line("/media", {"token": ticket["token"]})
    assert refusal.value.code == "forbidden"
    with pytest.raises(Refused) as refusal:
        await browser.line("/media", {"token": "forged"})
    assert refusal.value.code == "gone"


async def test_denials_of_another_minute_are_another_line(house: House, cast: Cast) -> None:
    browser = await cast.browser(Tie.COLLEAGUE)
    before = await denials(house)
    for _ in range(3):
        await browser.get(f"/visits/{cast.visit.id}")
    house.clock.move(seconds=timedelta(minutes=1).seconds)
    await browser.get(f"/visits/{cast.visit.id}")
    assert (await denials(house))[len(before) :] == [("visit.read", 3), ("visit.read", 1)]
    line = (await house.trail(outcome="denied"))[-1]
    assert line.actor_role == Role.THERAPIST
    assert (line.object_kind, line.object_id) == ("visit", cast.visit.id)
