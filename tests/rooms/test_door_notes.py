"""Writing at the door: to one, to all, from those who wait; and who reads none of it."""

import json
from typing import Any

import pytest

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.rooms.arrivals_model import DoorNote
from rounds.rooms.presets import BY_GUESTS, BY_STAFF
from rounds.rooms.writing import MOST_NOTES
from tests.making.browser import Line
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def waiting(house: House, visit: MadeVisit, guest: Someone) -> Line:
    line = await (await house.guest(visit.link(guest))).guest_room(visit.link(guest))
    await line.ask("knock")
    return line


async def console(house: House, visit: MadeVisit) -> Line:
    return await (await house.signed_in(visit.gp)).staff_room(visit.id)


def texts(state: Any) -> list[str]:
    return [one["text"] for one in state["notes"]]


async def test_words_go_both_ways_and_to_nobody_else(house: House) -> None:
    visit = await make_visit(house.units)
    sister = visit.relatives[0]
    host = await console(house, visit)
    patient, other = await waiting(house, visit, visit.patient), await waiting(house, visit, sister)
    seat = visit.seat(visit.patient)
    await host.ask("write", seat=seat, text="I read your letter.", key="1")
    told = await patient.shows(lambda one: one["notes"])
    assert texts(told) == ["I read your letter."]
    assert not told["notes"][0]["mine"]
    await patient.ask("write", text="Thank you.", key="1")
    told = await host.shows(lambda one: len(one["notes"]) == 2)
    assert [one["seat"] for one in told["notes"]] == [seat, seat]
    assert [one["by_guest"] for one in told["notes"]] == [False, True]
    seen = json.dumps(await other.ask("state"))
    assert "letter" not in seen
    assert "Thank you" not in seen
    # A guest who names another seat still writes for themselves.
    await patient.ask("write", seat=visit.seat(sister), text="To whom?", key="2")
    assert texts(await other.ask("state")) == []


async def test_a_message_to_all_is_read_by_whoever_comes_later(house: House) -> None:
    visit = await make_visit(house.units)
    host = await console(house, visit)
    await host.ask("write", text="The lift is broken today.", key="1")
    late = await waiting(house, visit, visit.relatives[0])
    assert texts(await late.ask("state")) == ["The lift is broken today."]


async def test_being_late_is_told_in_minutes_and_moves_the_estimate(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await waiting(house, visit, visit.patient)
    assert (await patient.ask("state"))["place"]["minutes"] is None
    browser = await house.signed_in(visit.gp)
    sent = {"preset": "late", "minutes": 10, "key": "1"}
    for _ in range(2):
        assert (await browser.post(f"/visits/{visit.id}/tell", sent)).status == 200
    told = await patient.shows(lambda one: one["notes"])
    assert texts(told) == ["I am running late. It takes about 10 more minutes."]
    assert told["place"]["minutes"] == 10
    house.pass_time(minutes=11)
    await patient.shows(lambda one: one["place"]["minutes"] is None)


async def test_a_resend_is_one_line(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await waiting(house, visit, visit.patient)
    for _ in range(3):
        state = await patient.ask("write", text="Here I am.", key="same")
    assert texts(state) == ["Here I am."]
    assert len(await house.trail(action="room.write", patient_id=visit.patient.id)) == 1


@pytest.mark.parametrize(
    "wish",
    [
        {"text": "", "key": "1"},
        {"text": "   ", "key": "1"},
        {"text": "x" * 501, "key": "1"},
        {"text": "x", "key": ""},
        {"preset": "late", "minutes": 10, "key": "1"},
        {"preset": "moment", "minutes": 10, "key": "1"},
        {"preset": "moment", "text": "and more", "key": "1"},
        {"preset": "nothing", "key": "1"},
        {"preset": 7, "key": "1"},
        {"text": ["x"], "key": "1"},
        {"text": "x", "key": "1", "author": "somebody"},
    ],
)
async def test_what_cannot_be_said_is_refused(house: House, wish: dict[str, Any]) -> None:
    visit = await make_visit(house.units)
    patient = await waiting(house, visit, visit.patient)
    assert await patient.refused("write", **wish) == "invalid"
    assert texts(await patient.ask("state")) == []


@pytest.mark.parametrize("text", ["مرحبا، أنا هنا", "a\x00b", "<b>bold</b>", "🫂" * 200])
async def test_any_script_is_carried_as_it_is(house: House, text: str) -> None:
    visit = await make_visit(house.units)
    patient = await waiting(house, visit, visit.patient)
    answer = await patient.send("write", {"text": text, "key": "1"})
    if "\x00" in text:
        assert answer["error"]["code"] == "invalid"
    else:
        assert texts(answer["ok"]) == [text]


async def test_a_seat_of_another_room_is_nobody_here(house: House) -> None:
    visit, other = await make_visit(house.units), await make_visit(house.units)
    host = await console(house, visit)
    for seat in (other.seat(other.patient), visit.seat(visit.gp), "nothing"):
        assert await host.refused("write", seat=seat, text="x", key="1") == "conflict"


async def test_one_person_cannot_fill_the_door(house: House) -> None:
    visit = await make_visit(house.units)
    patient = await waiting(house, visit, visit.patient)
    async with house.units(SYSTEM) as unit:
        for number in range(MOST_NOTES):
            row = DoorNote(id=new_id(), clinic_id=visit.clinic.id, room_id=visit.room, text="x")
            row.seat_id, row.author_id = visit.seat(visit.patient), visit.patient.id
            row.key, row.at = f"k{number}", unit.now
            unit.session.add(row)
    assert await patient.refused("write", text="x", key="last") == "conflict"


async def test_after_the_end_nothing_is_written(house: House) -> None:
    visit = await make_visit(house.units)
    host = await console(house, visit)
    await host.ask("end")
    browser = await house.signed_in(visit.gp)
    answer = await browser.post(f"/visits/{visit.id}/tell", {"text": "x", "key": "1"})
    assert answer.status == 410


async def test_each_side_is_offered_its_own_sayings(house: House) -> None:
    visit = await make_visit(house.units)
    host, patient = await console(house, visit), await waiting(house, visit, visit.patient)
    by_staff = {one["preset"] for one in (await host.ask("state"))["sayings"]}
    by_guest = {one["preset"] for one in (await patient.ask("state"))["sayings"]}
    assert by_staff == set(BY_STAFF)
    assert by_guest == set(BY_GUESTS)


async def test_an_interpreter_does_not_write_to_guests(house: House) -> None:
    first = await make_visit(house.units, relatives=0)
    interpreter = await make_staff(house.units, first.clinic, Role.INTERPRETER)
    visit = await make_visit(house.units, first.clinic, [first.gp, interpreter])
    line = await (await house.signed_in(interpreter)).staff_room(visit.id)
    assert await line.refused("write", text="x", key="1") == "conflict"
