"""What the care team writes among itself reaches nobody else: not by any way the server has."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from rounds.consent.looks import read_looks
from rounds.kernel.actor import SYSTEM, Actor, Role
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.rooms.model import ChatMessage
from rounds.rooms.queries import MESSAGES_SHOWN
from tests.making.browser import Browser, Line
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

SECRET = "Zwischen uns: ⟦nur das Team⟧"
OPEN = "for everyone to read"


@dataclass(slots=True)
class Circle:
    """A visit with everybody inside: two of the care team, an interpreter, patient and relative."""

    house: House
    visit: MadeVisit
    gp: Line
    therapist: Line
    outside: dict[str, Line]
    """Everybody who is none of the care team."""
    browsers: dict[str, Browser]

    async def again(self, person: Someone) -> Line:
        """Load somebody's page anew."""
        browser = self.browsers[person.id]
        if person.id in self.visit.links:
            return await browser.guest_room(self.visit.link(person))
        return await browser.staff_room(self.visit.id)


async def circle(house: House) -> Circle:
    clinic = await make_clinic(house.units)
    roles = (Role.GP, Role.THERAPIST, Role.INTERPRETER)
    team = [await make_staff(house.units, clinic, role) for role in roles]
    visit = await make_visit(house.units, clinic, team)
    browsers = {one.id: await house.signed_in(one) for one in team}
    gp, therapist, interpreter = [await browsers[one.id].staff_room(visit.id) for one in team]
    outside = {"interpreter": interpreter}
    for name, person in (("patient", visit.patient), ("relative", visit.relatives[0])):
        browsers[person.id] = await house.guest(visit.link(person))
        outside[name] = await browsers[person.id].guest_room(visit.link(person))
        await outside[name].ask("knock")
    await gp.ask("admit_all")
    return Circle(house, visit, gp, therapist, outside, browsers)


def texts(told: Any) -> list[str]:
    return [one["text"] for one in told["messages"]]


def heard(line: Line) -> str:
    """Everything a page was ever told, as it came."""
    return json.dumps(line.heard, ensure_ascii=False)


async def test_a_line_of_the_team_is_absent_for_everybody_else(house: House) -> None:
    here = await circle(house)
    before = {name: await line.ask("state") for name, line in here.outside.items()}
    told = await here.gp.ask("confer", text=SECRET, key="1")
    assert (told["channel"], told["mine"]) == ("team", True)
    shown = await here.therapist.until("said")
    assert (shown["text"], shown["channel"], shown["mine"]) == (SECRET, "team", False)
    await here.therapist.ask("confer", text=SECRET, key="2")
    # What everybody is told afterwards shows that the lines before it have gone by.
    await here.gp.ask("say", text=OPEN, key="3")
    for name, line in here.outside.items():
        said = await line.until("said", lambda one: one["text"] == OPEN)
        assert said["channel"] == "everyone"
        now = await line.ask("state")
        assert texts(now) == [OPEN]
        assert now["chat"] == before[name]["chat"]
        assert now["chat"]["channels"] == ["everyone"]
        assert set(now) == set(before[name])
        assert len(line.told("said")) == 1
        assert SECRET not in heard(line) + json.dumps(now, ensure_ascii=False)
    assert texts(await here.therapist.ask("state")) == [SECRET, SECRET, OPEN]


@pytest.mark.parametrize("name", ["patient", "relative", "interpreter"])
async def test_a_reload_or_being_sent_back_shows_nothing_of_it(house: House, name: str) -> None:
    here = await circle(house)
    person = {
        "patient": here.visit.patient,
        "relative": here.visit.relatives[0],
        "interpreter": here.visit.team[2],
    }[name]
    await here.outside[name].close()
    await here.gp.ask("confer", text=SECRET, key="1")
    line = await here.again(person)
    await here.gp.ask("confer", text=SECRET, key="2")
    assert texts(await line.ask("state")) == []
    seat = here.visit.seat(person)
    await here.gp.ask("send_back", seat=seat)
    back = await line.until("room_changed", lambda one: one["me"]["standing"] == "sent_back")
    assert (back["messages"], back["chat"]["channels"]) == ([], [])
    await here.gp.ask("confer", text=SECRET, key="3")
    await here.gp.ask("admit", admission=seat)
    await line.until("room_changed", lambda one: one["me"]["standing"] == "admitted")
    await here.gp.ask("say", text=OPEN, key="4")
    await line.until("said")
    await here.gp.ask("end")
    after = await line.until("room_changed", lambda one: one["phase"] == "closed")
    assert texts(after) == [OPEN]
    page = f"/j/{here.visit.link(person).invitation}" if name != "interpreter" else None
    answer = await here.browsers[person.id].get(page or f"/visits/{here.visit.id}")
    assert SECRET not in heard(line) + answer.text
    assert "channel-team" not in answer.text
    console = await here.browsers[here.visit.gp.id].get(f"/visits/{here.visit.id}")
    assert "channel-team" in console.text
    # The team itself reads it until it is deleted.
    assert texts(await here.gp.ask("state")) == [SECRET] * 3 + [OPEN]


async def test_nobody_else_writes_to_the_team_nor_learns_whether_somebody_did(
    house: House,
) -> None:
    here = await circle(house)
    for line in here.outside.values():
        first = await line.send("confer", {"text": "hello", "key": "1"})
        await here.gp.ask("confer", text=SECRET, key="1")
        assert await line.send("confer", {"text": "hello", "key": "1"}) == first
        assert first["error"]["code"] == "not_found"
    assert await here.gp.refused("confer", text="", key="2") == "invalid"
    assert await here.gp.refused("confer", text="a" * 2001, key="2") == "invalid"
    await here.gp.ask("leave")
    assert await here.gp.refused("confer", text="from outside", key="3") == "forbidden"


async def test_a_page_names_no_channel_of_its_own(house: House) -> None:
    here = await circle(house)
    for channel in ("team", "everyone", "TEAM", "", None, 0, ["team"], "x" * 3000):
        for line in (here.gp, *here.outside.values()):
            for event in ("say", "confer"):
                wish = {"text": "which way?", "key": "1", "channel": channel}
                assert await line.refused(event, **wish) == "invalid", (event, channel)
    assert texts(await here.gp.ask("state")) == []


async def test_a_line_stays_where_it_was_first_said(house: House) -> None:
    here = await circle(house)
    first = await here.gp.ask("confer", text=SECRET, key="same")
    assert await here.gp.ask("confer", text="otherwise", key="same") == first
    assert await here.gp.refused("say", text=SECRET, key="same") == "conflict"
    await here.gp.ask("say", text=OPEN, key="other")
    assert await here.gp.refused("confer", text=OPEN, key="other") == "conflict"
    await here.outside["patient"].until("said")
    assert SECRET not in heard(here.outside["patient"])


async def test_a_long_talk_of_the_team_takes_no_line_from_the_others(house: House) -> None:
    here = await circle(house)
    await here.outside["patient"].ask("say", text=OPEN, key="1")
    seat, room = here.visit.seat(here.visit.gp), here.visit.room
    async with house.units(SYSTEM) as unit:
        common = {"clinic_id": here.visit.clinic.id, "room_id": room, "seat_id": seat}
        unit.session.add_all(
            ChatMessage(
                id=new_id(), key=f"t{n}", text=SECRET, at=unit.now, channel="team", **common
            )
            for n in range(MESSAGES_SHOWN + 5)
        )
    assert texts(await here.outside["relative"].ask("state")) == [OPEN]
    assert len(texts(await here.gp.ask("state"))) == MESSAGES_SHOWN + 1


async def test_the_patient_reads_in_the_trail_who_wrote_to_everybody_and_no_more(
    house: House,
) -> None:
    here = await circle(house)
    patient = here.visit.patient
    clinic, person = ClinicId(here.visit.clinic.id), PersonId(patient.id)
    at_home = Actor("my", clinic, person, Role.PATIENT, SessionId(new_id()))

    async def looks() -> list[tuple[str, int]]:
        async with house.units.reading(at_home) as unit:
            return [(one.action, one.count) for one in (await read_looks(unit)).looks]

    await here.gp.ask("say", text=OPEN, key="1")
    before = await looks()
    assert ("room.speak", 1) in before
    await here.gp.ask("confer", text=SECRET, key="2")
    await here.outside["relative"].refused("confer", text="x", key="3")
    assert await looks() == before
    # For those who answer for the clinic it stands there, as every deed does.
    told = await house.trail(action="room.confer", patient_id=patient.id, outcome="done")
    assert [line.actor_id for line in told] == [here.visit.gp.id]


async def test_how_long_it_is_kept_is_told_as_the_rules_have_it(house: House) -> None:
    from rounds.people.model import Clinic
    from rounds.rooms.retention import RULES

    here = await circle(house)
    rule = next(one for one in RULES if one.kind == "chat")
    told = (await here.outside["patient"].ask("state"))["chat"]
    assert told["hours"] * 3600 == rule.keeps.total_seconds()
    assert (told["until"], told["on_hold"]) == (None, False)
    await here.gp.ask("confer", text=SECRET, key="1")
    await here.gp.ask("say", text=OPEN, key="2")
    await here.gp.ask("end")
    closed = await here.gp.until("room_changed", lambda one: one["phase"] == "closed")
    async with house.units(SYSTEM) as unit:
        clinic = await unit.session.get_one(Clinic, here.visit.clinic.id)
        clinic.on_hold_since = unit.now
        ids = rule.ids(clinic.id, unit.now)
        assert (await unit.session.execute(ids)).scalars().all() == []
    assert (await here.gp.ask("state"))["chat"]["on_hold"] is True
    house.pass_time(hours=24, seconds=1)
    async with house.units.reading(SYSTEM) as unit:
        over = (await unit.session.execute(rule.ids(clinic.id, unit.now - rule.keeps))).scalars()
        lines = await unit.session.execute(
            select(ChatMessage.id).where(ChatMessage.room_id == here.visit.room)
        )
        assert set(over) == set(lines.scalars())
        assert closed["chat"]["until"] <= unit.now.isoformat()
