"""Booking through the doors: offers, clashes, double submits, changed clocks, hostile forms."""

import asyncio
import re
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from rounds.kernel.actor import SYSTEM, Role
from rounds.notices.model import Notice
from rounds.people.contacts import add_contact, verify_contact
from rounds.people.model import Clinic, Person, System
from rounds.rooms.queries import room_of_occasion, seats_of
from rounds.visits.model import Visit
from tests.making.browser import Answer, Browser
from tests.making.consent import keep_out
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import (
    Someone,
    make_clinic,
    make_patient,
    make_relative,
    make_staff,
    make_team,
)
from tests.making.schedule import keep_hours

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

_keys = count(1)


class Desk:
    """A clinic with a GP, a coordinator, a patient in their care, and the coordinator's page."""

    def __init__(self, house: House, clinic: Clinic, gp: Someone, sam: Someone, mara: Someone):
        self.house, self.clinic, self.gp, self.sam, self.mara = house, clinic, gp, sam, mara
        self.browser: Browser

    async def book(self, browser: Browser | None = None, where: str = "", **changes: Any) -> Answer:
        """Send the form as its page would, with changes; None leaves a field out."""
        wish = {
            "patient": self.mara.id,
            "key": f"key-number-{next(_keys)}",
            "clinician": self.gp.id,
            "minutes": "25",
            "day": "2026-12-01",
            "time": "10:00",
        } | changes
        data = [(name, one) for name, value in wish.items() if value is not None
                for one in (value if isinstance(value, list) else [value])]  # fmt: skip
        return await (browser or self.browser).post(f"/visits{where}", data=data)

    async def visits(self) -> list[Visit]:
        async with self.house.units.reading(SYSTEM) as unit:
            found = await unit.session.execute(
                select(Visit).where(Visit.patient_id == self.mara.id).order_by(Visit.starts_at)
            )
            return list(found.scalars())


async def desk(house: House) -> Desk:
    clinic = await make_clinic(house.units)
    gp = await make_staff(house.units, clinic)
    sam = await make_staff(house.units, clinic, Role.COORDINATOR)
    mara = await make_patient(house.units, clinic)
    await make_team(house.units, mara, [gp, sam])
    await keep_hours(house.units, clinic)
    made = Desk(house, clinic, gp, sam, mara)
    made.browser = await house.signed_in(sam)
    return made


async def reach(house: House, person: Someone, *values: str) -> None:
    """Give somebody addresses that were proved."""
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Person, person.id)
        for value in values:
            system = System.EMAIL if "@" in value else System.SMS
            address = await add_contact(unit, house.foundation.signer, row, system, value, "GB")
            await verify_contact(unit, address)


async def sent(house: House, visit: str) -> list[tuple[str, str]]:
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(select(Notice).where(Notice.about_id == visit))
        return sorted((one.kind, str(one.channel)) for one in found.scalars())


async def test_from_the_chart_to_links_sent_takes_two_presses(house: House) -> None:
    here = await desk(house)
    await reach(house, here.mara, "mara@example.org", "+447700900123")
    # 1: "Book a visit" on the chart. The form comes filled.
    page = (await here.browser.get(f"/visits/new?patient={here.mara.id}")).text
    offers = re.findall(r'name="offer"\s+value="([^"]+)"', page)
    assert len(offers) == 3
    assert re.search(rf'value="{here.gp.id}" checked', page)
    # 2: the first offer.
    answer = await here.book(day=None, time=None, offer=offers[0], send="yes", pin="yes")
    assert answer.status == 303
    (visit,) = await here.visits()
    assert answer.headers["Location"] == f"/visits/{visit.id}/plan"
    assert visit.starts_at == datetime.fromisoformat(offers[0])
    assert visit.booked_by == here.sam.id
    kinds = {kind for kind, _ in await sent(house, visit.id)}
    assert {"visit_link", "visit_pin"} <= kinds
    assert "Link made, not opened yet" in (await here.browser.get(answer.headers["Location"])).text


async def test_from_today_it_takes_three(house: House) -> None:
    here = await desk(house)
    assert 'href="/visits/choose"' in (await here.browser.get("/today")).text
    page = (await here.browser.get("/visits/choose?q=" + here.mara.name.split()[0])).text
    assert f'href="/visits/new?patient={here.mara.id}"' in page


async def test_everybody_gets_a_seat_of_their_kind(house: House) -> None:
    here = await desk(house)
    therapist = await make_staff(house.units, here.clinic, Role.THERAPIST)
    interpreter = await make_staff(house.units, here.clinic, Role.INTERPRETER)
    ida = await make_relative(house.units, here.clinic, here.mara)
    answer = await here.book(
        clinician=[here.gp.id, therapist.id],
        coordinator=here.sam.id,
        interpreter=interpreter.id,
        relative=[ida.id],
    )
    assert answer.status == 303
    (visit,) = await here.visits()
    async with house.units.reading(SYSTEM) as unit:
        room = await room_of_occasion(unit.session, visit.id)
        assert room is not None
        seats = {
            one.person_id: (one.role, one.may_admit)
            for one in await seats_of(unit.session, room.id)
        }
    assert seats == {
        here.mara.id: ("patient", False),
        here.gp.id: ("gp", True),
        therapist.id: ("therapist", True),
        here.sam.id: ("coordinator", False),
        interpreter.id: ("interpreter", False),
        ida.id: ("relative", False),
    }
    page = (await (await house.signed_in(interpreter)).get("/today.json")).json()
    assert page["everybody"] == []


async def test_a_form_sent_twice_books_once(house: House) -> None:
    here = await desk(house)
    first, second = await asyncio.gather(*(here.book(key="the-same-form") for _ in range(2)))
    assert [first.status, second.status] == [303, 303]
    assert first.headers["Location"] == second.headers["Location"]
    assert len(await here.visits()) == 1


async def test_two_coordinators_do_not_book_one_slot_twice(house: House) -> None:
    here = await desk(house)
    other = await make_staff(house.units, here.clinic, Role.COORDINATOR)
    ida = await make_patient(house.units, here.clinic)
    browsers = [here.browser, await house.signed_in(other)]
    answers = await asyncio.gather(here.book(browsers[0]), here.book(browsers[1], patient=ida.id))
    assert sorted(one.status for one in answers) == [303, 409]
    refused = next(one for one in answers if one.status == 409)
    assert "has another visit then" in refused.text
    assert "Book this time anyway" in refused.text


async def test_the_office_may_insist_a_colleague_may_not(house: House) -> None:
    here = await desk(house)
    therapist = await make_staff(house.units, here.clinic, Role.THERAPIST)
    await make_team(house.units, await make_patient(house.units, here.clinic), [therapist])
    own = await make_patient(house.units, here.clinic)
    await make_team(house.units, own, [therapist, here.sam])
    assert (await here.book()).status == 303
    jonas = await house.signed_in(therapist)
    wish = {"patient": own.id, "insist": "yes"}
    answer = await here.book(jonas, **wish)
    assert answer.status == 409
    assert "Book this time anyway" not in answer.text
    assert (await here.book(jonas, clinician=therapist.id, **wish)).status == 303
    assert (await here.book(insist="yes")).status == 303


async def test_what_is_kept_for_handoffs_is_booked_when_it_is_released(house: House) -> None:
    here = await desk(house)
    gp = await house.signed_in(here.gp)
    form = {"weekday": "1", "begins": "10:00", "minutes": "60", "release": "60"}
    assert (await gp.post("/schedule/protected", data=form)).status == 303
    answer = await here.book(insist="yes")
    assert answer.status == 409
    assert "keeps these minutes free" in answer.text
    assert (await here.book(gp, insist="yes")).status == 303


@pytest.mark.parametrize(
    ("day", "time", "words"),
    [("2027-03-28", "01:30", "does not exist"), ("2027-10-31", "01:30", "twice")],
)
async def test_a_change_of_clocks_asks(house: House, day: str, time: str, words: str) -> None:
    here = await desk(house)
    answer = await here.book(day=day, time=time, insist="yes")
    assert answer.status == 422
    assert words in answer.text
    assert await here.visits() == []
    if words == "twice":
        for which, hour in (("first", 0), ("second", 1)):
            assert (await here.book(day=day, time=time, insist="yes", which=which)).status == 303
            assert (await here.visits())[-1].starts_at == datetime(
                2027, 10, 31, hour, 30, tzinfo=UTC
            )
    else:
        assert 'value="02:00"' in answer.text


async def test_open_now_leads_into_the_visit(house: House) -> None:
    here = await desk(house)
    gp = await house.signed_in(here.gp)
    answer = await here.book(gp, "/now", day=None, time=None)
    (visit,) = await here.visits()
    assert (answer.status, answer.headers["Location"]) == (303, f"/visits/{visit.id}")
    assert visit.starts_at == house.clock.now()
    assert (await gp.get(f"/visits/{visit.id}")).status == 200


async def test_who_cannot_take_part_is_refused(house: House) -> None:
    here = await desk(house)
    elsewhere = await make_clinic(house.units, "Hill")
    stranger = await make_staff(house.units, elsewhere)
    kept_out = await make_staff(house.units, here.clinic)
    await keep_out(house.units, here.mara, kept_out)
    ida = await make_relative(
        house.units, here.clinic, await make_patient(house.units, here.clinic)
    )
    for wish in (
        {"clinician": stranger.id},
        {"clinician": here.sam.id},
        {"clinician": here.mara.id},
        {"clinician": kept_out.id},
        {"clinician": None},
        {"relative": ida.id},
        {"relative": here.gp.id},
        {"coordinator": here.gp.id},
        {"interpreter": here.sam.id},
    ):
        assert (await here.book(**wish)).status == 422, wish
    assert await here.visits() == []


HOSTILE: list[dict[str, Any]] = [
        {"minutes": "4"}, {"minutes": "241"}, {"minutes": "-1"}, {"minutes": "ten"},
        {"minutes": "\u0665"}, {"day": "2026-02-30"}, {"day": "yesterday"}, {"day": ""},
        {"time": "25:00"}, {"time": "10:00\x00"}, {"time": ""}, {"day": "2026-11-01"},
        {"day": "2030-01-01"}, {"day": "0001-01-01"}, {"offer": "soon"},
        {"offer": "2026-12-01T10:00"},
        {"offer": "9999-12-31T23:59:59+00:00"}, {"purpose": "x" * 201}, {"purpose": "x" * 100_000},
        {"purpose": "a\x00b"}, {"key": ""}, {"key": "x" * 65}, {"patient": ""}, {"patient": "%00"},
        {"clinician": ["x"] * 3}, {"relative": "' OR 1=1"}, {"unknown": "field"},
    ]  # fmt: skip


async def test_hostile_forms_change_nothing(house: House) -> None:
    here = await desk(house)
    for wish in HOSTILE:
        answer = await here.book(**wish)
        assert answer.status in (404, 422), (wish, answer.status)
    assert await here.visits() == []


async def test_other_scripts_stay_as_they_were_written(house: House) -> None:
    here = await desk(house)
    purpose = "مراجعة <b>الخطة</b> 計画 🌱"
    assert (await here.book(purpose=purpose)).status == 303
    (visit,) = await here.visits()
    assert visit.purpose == purpose
    page = (await here.browser.get(f"/visits/{visit.id}/plan")).text
    assert "<b>" not in page
    assert "計画" in page


async def test_offers_leave_out_who_is_busy(house: House) -> None:
    here = await desk(house)
    page = (await here.browser.get(f"/visits/new?patient={here.mara.id}")).text
    first = re.findall(r'name="offer"\s+value="([^"]+)"', page)[0]
    assert (await here.book(day=None, time=None, offer=first)).status == 303
    again = (await here.browser.get(f"/visits/new?patient={here.mara.id}")).text
    assert first not in re.findall(r'name="offer"\s+value="([^"]+)"', again)
    form = await here.book(where="/offers", minutes="240", purpose="kept")
    assert form.status == 200
    assert 'value="kept"' in form.text
