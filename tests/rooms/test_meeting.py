"""A room over real sockets: who waits, who is inside, who sees what of whom."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from rounds.rooms.lobby import CONNECTION_LOST, HOST_LEFT
from rounds.rooms.presence import AWAY_AFTER_SECONDS
from rounds.rooms.watch import HOST_GRACE_SECONDS, PLACE_KEPT
from tests.making.browser import Browser, Line
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_staff
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

STATE = {
    "version", "room", "visit", "phase", "now", "started_at", "ended_at", "me", "place", "hosts",
    "people", "waiting", "coming", "messages", "calls", "by_phone", "notes", "sayings", "sharing",
    "asking", "shared", "hands", "chat",
}  # fmt: skip
ME = {
    "seat", "name", "role", "role_label", "face", "standing", "may_admit", "reason", "since",
    "until", "phone", "check_in", "share", "quiet",
}  # fmt: skip
HOST = {"name", "role", "role_label", "face", "present"}
HIDDEN = (
    "people", "waiting", "coming", "messages", "calls", "by_phone", "asking", "shared", "hands",
)  # fmt: skip


@dataclass(slots=True)
class Meeting:
    """A visit with two hosts, a patient and two relatives, each on a page of their own."""

    house: House
    visit: MadeVisit
    browsers: dict[str, Browser]

    async def come(self, person: Someone) -> Line:
        """Open the person's page."""
        if person.id not in self.browsers:
            guest = person.id in self.visit.links
            self.browsers[person.id] = (
                await self.house.guest(self.visit.link(person))
                if guest
                else await self.house.signed_in(person)
            )
        browser = self.browsers[person.id]
        if person.id in self.visit.links:
            return await browser.guest_room(self.visit.link(person))
        return await browser.staff_room(self.visit.id)

    async def gone(self, line: Line, person: Someone) -> None:
        """Close a page, and wait until the server has noted it."""
        await line.close()
        room, seat = self.visit.room, self.visit.seat(person)
        await eventually(lambda: not self.house.presence.sids(room, [seat]))

    async def knock(self, person: Someone) -> Line:
        line = await self.come(person)
        await line.ask("knock")
        return line

    @property
    def guests(self) -> list[Someone]:
        return [self.visit.patient, *self.visit.relatives]

    async def everybody_inside(self) -> tuple[Line, list[Line]]:
        console = await self.come(self.visit.gp)
        lines = [await self.knock(guest) for guest in self.guests]
        await console.ask("admit_all")
        for line in lines:
            await standing(line, "admitted")
        return console, lines


async def standing(line: Line, wanted: str) -> Any:
    """Wait until the page is told that it has this standing now."""

    def newest(told: Any) -> bool:
        return bool(told is line.state and told["me"]["standing"] == wanted)

    return await line.until("room_changed", newest)


@pytest_asyncio.fixture(loop_scope="module")
async def meeting(house: House) -> Meeting:
    first = await make_visit(house.units, relatives=0)
    team = [first.gp, await make_staff(house.units, first.clinic)]
    visit = await make_visit(house.units, first.clinic, team, relatives=2)
    return Meeting(house, visit, {})


async def test_who_waits_is_told_of_the_hosts_and_of_nobody_else(meeting: Meeting) -> None:
    console, inside = await meeting.everybody_inside()
    await console.ask("say", text="between us", key="1")
    patient = meeting.visit.patient
    await console.ask("send_back", seat=meeting.visit.seat(patient))
    told = await standing(inside[0], "sent_back")
    assert set(told) == STATE
    assert set(told["me"]) == ME
    assert [set(host) for host in told["hosts"]] == [HOST, HOST]
    assert all(told[name] == [] for name in HIDDEN)
    assert told["place"] == {"position": 1, "of": 1, "minutes": None}
    written = json.dumps(told)
    for other in meeting.visit.relatives:
        assert other.name not in written
        assert meeting.visit.seat(other) not in written
    assert "between us" not in written


async def test_only_hosts_inside_see_who_waits_and_who_may_come(meeting: Meeting) -> None:
    console = await meeting.come(meeting.visit.gp)
    patient, sister, brother = meeting.guests
    await meeting.knock(sister)
    seen = await console.ask("state")
    assert [one["name"] for one in seen["waiting"]] == [sister.name]
    assert {one["name"]: one["link"] for one in seen["coming"]} == {
        patient.name: "not_opened",
        brother.name: "not_opened",
    }
    await meeting.house.guest(meeting.visit.link(brother))
    links = {one["name"]: one["link"] for one in (await console.ask("state"))["coming"]}
    assert links[brother.name] == "opened"
    await console.ask("leave")
    seen = await console.ask("state")
    assert all(seen[name] == [] for name in HIDDEN)


async def test_the_line_keeps_its_order_and_the_sent_back_stand_first(meeting: Meeting) -> None:
    console = await meeting.come(meeting.visit.gp)
    patient, sister, brother = meeting.guests
    lines = []
    for guest in (sister, brother, patient):
        meeting.house.clock.move(seconds=1)
        lines.append(await meeting.knock(guest))

    async def order() -> list[str]:
        return [one["name"] for one in (await console.ask("state"))["waiting"]]

    assert await order() == [sister.name, brother.name, patient.name]
    assert (await lines[2].ask("state"))["place"] == {"position": 3, "of": 3, "minutes": None}
    await console.ask("admit", admission=meeting.visit.seat(patient))
    await console.ask("send_back", seat=meeting.visit.seat(patient), reason="A moment, please.")
    assert await order() == [patient.name, sister.name, brother.name]
    # Coming again, or knocking again, changes no place.
    again = await meeting.knock(sister)
    assert (await again.ask("state"))["place"] == {"position": 2, "of": 3, "minutes": None}
    assert (await lines[2].ask("state"))["me"]["reason"] == "A moment, please."
    # Neither does having been told "not now".
    await console.ask("deny", admission=meeting.visit.seat(brother))
    meeting.house.pass_time(seconds=61)
    await lines[1].ask("knock")
    assert await order() == [patient.name, sister.name, brother.name]


async def test_a_knock_rings_once_for_each_arrival(meeting: Meeting) -> None:
    console = await meeting.come(meeting.visit.gp)
    patient = meeting.visit.patient
    line = await meeting.knock(patient)
    await line.ask("knock")
    again = await meeting.knock(patient)
    await again.ask("state")
    seat = meeting.visit.seat(patient)
    rung = {"admission": seat, "seat": seat, "name": patient.name}
    await console.until("guest_knocked")
    await console.ask("state")
    assert console.told("guest_knocked") == [rung]


async def test_a_denied_guest_may_ask_again_after_a_minute(meeting: Meeting) -> None:
    console = await meeting.come(meeting.visit.gp)
    patient = meeting.visit.patient
    line = await meeting.knock(patient)
    await console.ask("deny", admission=meeting.visit.seat(patient), reason="We are full today.")
    told = await standing(line, "denied")
    assert told["me"]["reason"] == "We are full today."
    answer = await line.send("knock", {})
    assert answer["error"]["code"] == "unavailable"
    assert 0 < answer["error"]["retry_after"] <= 60
    again = await meeting.come(patient)
    assert (await again.ask("state"))["me"]["standing"] == "denied"
    meeting.house.pass_time(seconds=60)
    assert (await line.ask("knock"))["me"]["standing"] == "waiting"


async def test_a_page_that_comes_again_stands_where_it_stood(meeting: Meeting) -> None:
    console, lines = await meeting.everybody_inside()
    patient = meeting.visit.patient
    await lines[0].close()
    again = await meeting.come(patient)
    assert (await again.ask("state"))["me"]["standing"] == "admitted"
    await again.ask("leave")
    assert (await again.ask("state"))["me"]["standing"] == "left"
    assert (await again.ask("knock"))["me"]["standing"] == "admitted"
    await console.ask("send_back", seat=meeting.visit.seat(patient))
    await again.ask("leave")
    assert (await again.ask("knock"))["me"]["standing"] == "sent_back"


async def test_when_the_last_host_leaves_guests_wait_again_and_are_told_why(
    meeting: Meeting,
) -> None:
    console, lines = await meeting.everybody_inside()
    other = await meeting.come(meeting.visit.team[1])
    await console.ask("leave")
    assert (await lines[0].ask("state"))["me"]["standing"] == "admitted"
    await other.ask("leave")
    for line in lines:
        assert (await standing(line, "sent_back"))["me"]["reason"] == HOST_LEFT
    # Nobody gets back in by themselves, and nobody who was out in between either.
    assert (await lines[0].ask("knock"))["me"]["standing"] == "sent_back"
    assert (await console.ask("knock"))["me"]["standing"] == "admitted"
    assert [one["name"] for one in (await console.ask("state"))["waiting"]] == [
        guest.name for guest in meeting.guests
    ]


async def test_a_guest_who_was_out_when_the_host_left_waits_on_coming_back(
    meeting: Meeting,
) -> None:
    console, lines = await meeting.everybody_inside()
    await lines[0].ask("leave")
    await console.ask("leave")
    assert (await lines[0].ask("knock"))["me"]["standing"] == "sent_back"


async def test_a_host_who_is_lost_for_half_a_minute_is_gone(meeting: Meeting) -> None:
    console, lines = await meeting.everybody_inside()
    await meeting.gone(console, meeting.visit.gp)
    meeting.house.clock.move(seconds=HOST_GRACE_SECONDS - 2)
    for line in lines:
        await line.ask("heartbeat")
    assert (await lines[0].ask("state"))["me"]["standing"] == "admitted"
    meeting.house.clock.move(seconds=3)
    for line in lines:
        assert (await standing(line, "sent_back"))["me"]["reason"] == CONNECTION_LOST
    again = await meeting.come(meeting.visit.gp)
    assert (await again.ask("state"))["me"]["standing"] == "left"
    assert (await again.ask("knock"))["me"]["standing"] == "admitted"


async def test_who_is_silent_for_five_seconds_is_away_and_keeps_the_place(
    meeting: Meeting,
) -> None:
    console = await meeting.come(meeting.visit.gp)
    patient, sister, _ = meeting.guests
    line = await meeting.knock(patient)
    meeting.house.clock.move(seconds=1)
    await meeting.knock(sister)

    def away(told: Any) -> dict[str, bool]:
        return {one["name"]: one["away"] for one in told["waiting"]}

    assert away(await console.ask("state")) == {patient.name: False, sister.name: False}
    meeting.house.clock.move(seconds=AWAY_AFTER_SECONDS)
    await console.ask("heartbeat")
    await console.until("room_changed", lambda told: away(told).get(patient.name) is True)
    await line.ask("heartbeat")
    await console.until(
        "room_changed", lambda told: away(told) == {patient.name: False, sister.name: True}
    )
    assert list(away(console.state)) == [patient.name, sister.name]
    # Admitted while away: the state is there when they come back and see it.
    await console.ask("admit", admission=meeting.visit.seat(sister))
    people = {one["name"]: one["present"] for one in (await console.ask("state"))["people"]}
    assert people[sister.name] is False


async def test_a_place_is_kept_for_half_an_hour(meeting: Meeting) -> None:
    console = await meeting.come(meeting.visit.gp)
    patient = meeting.visit.patient
    line = await meeting.knock(patient)
    await meeting.gone(line, patient)
    for _ in range(2):
        meeting.house.clock.move(seconds=PLACE_KEPT.total_seconds() / 2 - 5)
        await console.ask("heartbeat")
    assert [one["name"] for one in (await console.ask("state"))["waiting"]] == [patient.name]
    meeting.house.clock.move(seconds=20)
    await console.ask("heartbeat")
    await console.until("room_changed", lambda told: told is console.state and not told["waiting"])
    coming = {one["name"]: one["link"] for one in (await console.ask("state"))["coming"]}
    assert coming[patient.name] == "left"


async def test_the_end_is_for_everyone(meeting: Meeting) -> None:
    console, lines = await meeting.everybody_inside()
    assert await lines[0].refused("end") == "forbidden"
    await console.ask("end")
    for line in [console, *lines]:
        assert (await line.until("closed"))["reason"] == "ended"
        told = await line.until("room_changed", lambda told: told["phase"] == "closed")
        assert told["ended_at"]
        # Who was there is told to hosts, who write the note.
        names = {one["name"] for one in told["people"]}
        there = {meeting.visit.gp.name, *(guest.name for guest in meeting.guests)}
        assert names == (there if line is console else set())
    await console.ask("end")
    for event, wish in (
        ("say", {"text": "too late", "key": "1"}),
        ("ticket", {}),
        ("knock", {}),
    ):
        assert await lines[0].refused(event, **wish) == "gone", event
    assert await console.refused("admit", admission=meeting.visit.seat(meeting.guests[0])) == "gone"
    await lines[0].ask("leave")


async def test_what_one_says_reaches_those_inside_once(meeting: Meeting) -> None:
    console, lines = await meeting.everybody_inside()
    patient, sister = lines[0], lines[1]
    await console.ask("send_back", seat=meeting.visit.seat(meeting.guests[1]))
    await standing(sister, "sent_back")
    text = "ä" * 2000
    first = await patient.ask("say", text=text, key="k1")
    assert await patient.ask("say", text="something else", key="k1") == first
    assert (await console.until("said"))["text"] == text
    await patient.ask("say", text=" second ", key="k2")
    await console.until("said", lambda told: told["text"] == "second")
    assert [told["text"] for told in console.told("said")] == [text, "second"]
    assert [told["mine"] for told in console.told("said")] == [False, False]
    assert [told["mine"] for told in patient.told("said")] == [True, True]
    assert sister.told("said") == []
    messages = (await console.ask("state"))["messages"]
    assert [one["text"] for one in messages] == [text, "second"]
    # The same key of somebody else is another line.
    await console.ask("say", text="mine", key="k1")
    assert len((await console.ask("state"))["messages"]) == 3


@pytest.mark.parametrize(
    "wish",
    [
        {"text": "a" * 2001, "key": "1"},
        {"text": "", "key": "1"},
        {"text": " \n\t ", "key": "1"},
        {"text": "hello", "key": ""},
        {"text": "hello", "key": "k" * 65},
        {"text": "hello"},
        {"text": 7, "key": "1"},
        {"text": "hello", "key": "1", "seat": "another"},
        {"text": "\ud800", "key": "1"},
        {"text": "hello", "key": "a\x00b"},
        {"text": ["hello"], "key": "1"},
    ],
    ids=repr,
)
async def test_what_is_no_message_is_refused(meeting: Meeting, wish: dict[str, Any]) -> None:
    console = await meeting.come(meeting.visit.gp)
    assert await console.refused("say", **wish) == "invalid"
    assert (await console.ask("state"))["messages"] == []


async def test_the_others_are_told_of_a_picture_that_rests_on_a_narrow_line(
    meeting: Meeting,
) -> None:
    console, lines = await meeting.everybody_inside()
    for resting in (True, False):

        def is_told(told: dict[str, Any], resting: bool = resting) -> bool:
            return any(one["camera"] and one["resting"] is resting for one in told["people"])

        await lines[0].ask("announce", microphone=True, camera=True, resting=resting)
        told = await console.until("room_changed", is_told)
        assert [one["resting"] for one in told["people"] if not one["camera"]].count(True) == 0
    assert await lines[0].refused("announce", microphone=True, camera=True, resting="perhaps") == (
        "invalid"
    )


async def test_versions_grow(meeting: Meeting) -> None:
    console, lines = await meeting.everybody_inside()
    await lines[0].ask("announce", microphone=True, camera=True)
    await console.until("room_changed", lambda told: any(one["camera"] for one in told["people"]))
    versions = [told["version"] for told in console.told("room_changed")]
    assert versions == sorted(set(versions))
    assert (await console.ask("state"))["version"] > versions[-1]


async def test_the_payload_of_an_event_is_one_object(meeting: Meeting) -> None:
    console = await meeting.come(meeting.visit.gp)
    for sent in ([1], "text", 7, None, [], {"admission": "x", "more": 1}):
        answer = await console.client.call("admit", sent, "/rooms")
        assert answer["error"]["code"] == "invalid", sent
    answer = await console.client.call("admit", ({"admission": "x"}, {}), "/rooms")
    assert answer["error"]["code"] == "invalid"
    assert await console.refused("admit", admission="no-such-seat") == "conflict"
    assert await console.refused("deny", admission="x", reason="r" * 301) == "invalid"
