"""What people say after a visit: given and changed for a week, by them alone, read by few."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text

from rounds.consent.giving import exclude
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.people.contacts import add_contact
from rounds.people.model import Patient, Person, System
from rounds.rooms.arrivals_model import PhoneCall
from rounds.visits.experience import LONGEST_WORDS
from rounds.visits.experience_model import Experience
from tests.making.browser import Browser
from tests.making.ended import end_visit
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

NOTHING: dict[str, Any] = {
    "heard": None, "onward": None, "way": None, "problems": [], "words": "",
}  # fmt: skip


def door(visit: MadeVisit, who: Someone) -> str:
    return f"/j/{visit.link(who).invitation}/experience"


async def after(house: House, came: bool = True, **how: Any) -> tuple[MadeVisit, Browser]:
    """A visit that is over, and the browser of its patient."""
    visit = await make_visit(house.units, **how)
    guest = await house.guest(visit.link(visit.patient))
    await end_visit(house.units, visit, came)
    return visit, guest


async def rows(house: House, visit: MadeVisit) -> list[Experience]:
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(Experience).where(Experience.visit_id == visit.id).order_by(Experience.id)
        )
        return list(found.scalars())


async def test_each_tap_counts_and_changes_no_other(house: House) -> None:
    visit, guest = await after(house)
    path = door(visit, visit.patient)
    asked = (await guest.get(path)).json()
    assert asked["questions"] == ["heard", "onward", "way"]
    assert {key: asked[key] for key in NOTHING} == NOTHING
    for told in ({"heard": "mostly"}, {"way": "hard"}, {"problems": ["sound", "video"]}):
        assert (await guest.post(path, told)).status == 200
    answer = await guest.post(path, {"heard": "yes", "words": "  شكرا, it was good  "})
    told = answer.json()
    assert (told["heard"], told["onward"], told["way"]) == ("yes", None, "hard")
    assert told["problems"] == ["video", "sound"]
    assert told["words"] == "شكرا, it was good"
    skipped = await guest.post(path, {"heard": "", "problems": [], "words": ""})
    assert skipped.json()["heard"] is None
    assert (skipped.json()["problems"], skipped.json()["words"]) == ([], "")
    assert len(await rows(house, visit)) == 1
    lines = await house.trail(action="visit.experience", object_id=visit.id)
    assert {(line.outcome, line.actor_id) for line in lines} == {("done", visit.patient.id)}


async def test_nothing_gives_way_to_what_is_named(house: House) -> None:
    visit, guest = await after(house)
    path = door(visit, visit.patient)
    told = await guest.post(path, {"problems": ["nothing", "dropped", "dropped"]})
    assert told.json()["problems"] == ["dropped"]
    assert (await guest.post(path, {"problems": ["nothing"]})).json()["problems"] == ["nothing"]


async def test_the_plain_form_says_the_whole_and_leads_back(house: House) -> None:
    visit, guest = await after(house)
    path = door(visit, visit.patient)
    await guest.post(path, {"onward": "no"})
    body = [("heard", "yes"), ("way", ""), ("problems", "waiting"), ("problems", "sound"),
            ("words", "fine")]  # fmt: skip
    sent = await guest.post(path, data=body)
    assert (sent.status, sent.headers["Location"]) == (
        303,
        f"/j/{visit.link(visit.patient).invitation}#experience",
    )
    (row,) = await rows(house, visit)
    assert (row.heard, row.onward, row.way) == ("yes", None, None)
    assert (row.problems, row.words) == ("sound waiting", "fine")
    page = (await guest.get(f"/j/{visit.link(visit.patient).invitation}")).text
    assert 'name="heard" value="yes" checked' in " ".join(page.split())
    assert ">fine</textarea>" in page


async def test_the_page_says_who_reads_it_and_that_nobody_does_right_away(house: House) -> None:
    visit, guest = await after(house)
    page = (await guest.get(f"/j/{visit.link(visit.patient).invitation}")).text
    assert "Nobody reads this right away" in page
    assert "020 7946 0321" in page
    assert 'href="tel:999"' in page
    assert "five people or more" in page
    assert "do not see what you answered" in page


async def test_each_person_answers_for_themselves(house: House) -> None:
    visit = await make_visit(house.units)
    mara = await house.guest(visit.link(visit.patient))
    ida = await house.guest(visit.link(visit.relatives[0]))
    await end_visit(house.units, visit)
    await mara.post(door(visit, visit.patient), {"heard": "yes"})
    await ida.post(door(visit, visit.relatives[0]), {"heard": "no"})
    said = {row.person_id: row.heard for row in await rows(house, visit)}
    assert said == {visit.patient.id: "yes", visit.relatives[0].id: "no"}
    for browser, whose in ((ida, visit.patient), (mara, visit.relatives[0])):
        assert (await browser.get(door(visit, whose))).status == 404
        assert (await browser.post(door(visit, whose), {"heard": "no"})).status == 404


async def test_only_after_the_visit_and_for_seven_days(house: House) -> None:
    visit = await make_visit(house.units)
    guest = await house.guest(visit.link(visit.patient))
    path = door(visit, visit.patient)
    assert (await guest.get(path)).status == 410
    assert (await guest.post(path, {"heard": "yes"})).status == 410
    await end_visit(house.units, visit)
    house.pass_time(days=6, hours=23)
    assert (await guest.post(path, {"heard": "yes"})).status == 200
    house.pass_time(hours=1, minutes=1)
    late = await guest.post(path, {"heard": "no"})
    assert late.status in (404, 410)  # the device's session may have ended, too
    (row,) = await rows(house, visit)
    assert row.heard == "yes"


async def test_whoever_never_got_in_is_asked_only_what_went_wrong(house: House) -> None:
    visit, guest = await after(house, came=False)
    path = door(visit, visit.patient)
    assert (await guest.get(path)).json()["questions"] == []
    assert (await guest.post(path, {"heard": "yes"})).status == 422
    told = await guest.post(path, {"problems": ["setting_up"], "words": "No picture at all"})
    assert told.json()["problems"] == ["setting_up"]
    page = (await guest.get(f"/j/{visit.link(visit.patient).invitation}")).text
    assert "Did you feel listened to?" not in page
    assert "What did not work well?" in page


async def test_whoever_went_on_by_telephone_is_asked_all(house: House) -> None:
    visit, guest = await after(house, came=False)
    async with house.units(SYSTEM) as unit:
        unit.session.add(
            PhoneCall(
                id=new_id(), clinic_id=visit.clinic.id, room_id=visit.room, number="1",
                seat_id=visit.seat(visit.patient), began_at=unit.now, ended_at=unit.now,
            )
        )  # fmt: skip
    told = await guest.post(door(visit, visit.patient), {"way": "okay"})
    assert told.json()["way"] == "okay"


NO_ANSWERS: list[Any] = [
    {"heard": "yes, please"},
    {"heard": "good"},  # an answer to another question
    {"heard": ["yes"]},
    {"heard": 1},
    {"way": "bad\x00"},
    {"problems": ["everything"]},
    {"problems": "video"},
    {"problems": ["video"] * 7},
    {"words": "w" * (LONGEST_WORDS + 1)},
    {"words": "nul\x00"},
    {"words": {"a": 1}},
    {"person": "somebody"},
    [],
]


async def test_what_is_no_answer_is_refused(house: House) -> None:
    visit, guest = await after(house)
    path = door(visit, visit.patient)
    for told in NO_ANSWERS:
        assert (await guest.post(path, told)).status == 422, told
    assert await rows(house, visit) == []


async def test_a_form_that_is_none_is_refused(house: House) -> None:
    visit, guest = await after(house)
    path = door(visit, visit.patient)
    for body in ({"heard": "maybe"}, {"problems": "x"}, {"words": "w" * 2001}, {"more": "1"}):
        assert (await guest.post(path, data=body)).status == 422
    assert (await guest.post(path, data=b"x", headers={"Content-Type": "text/plain"})).status == 422
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert (await guest.post(path, {"heard": "yes"}, headers=elsewhere)).status == 403
    assert (await guest.get("/j/not-an-id/experience")).status == 404
    assert await rows(house, visit) == []


async def test_answers_lie_sealed(house: House) -> None:
    visit, guest = await after(house)
    await guest.post(door(visit, visit.patient), {"heard": "yes", "words": "sealed words"})
    async with house.units.reading(SYSTEM) as unit:
        kept = (await unit.session.execute(text("SELECT heard, words FROM experiences"))).all()
    assert kept
    assert all(isinstance(value, bytes) for row in kept for value in row if value is not None)


async def test_nobody_of_the_visit_is_told_what_was_answered(house: House) -> None:
    visit, guest = await after(house)
    await guest.post(door(visit, visit.patient), {"heard": "no", "words": "CANARY words"})
    for who in visit.team:
        browser = await house.signed_in(who)
        for path in (f"/visits/{visit.id}", "/quality/visits", "/quality/visits.csv",
                     f"/patients/{visit.patient.id}", "/quality/words"):  # fmt: skip
            answer = await browser.get(path)
            assert "CANARY" not in answer.text, path


async def test_the_office_reads_words_without_a_name_and_asks_for_it_in_the_trail(
    house: House,
) -> None:
    visit, guest = await after(house)
    async with house.units(SYSTEM) as unit:
        person = await unit.session.get_one(Person, visit.patient.id)
        await add_contact(unit, house.foundation.signer, person, System.SMS, "020 7946 0188", "GB")
    await guest.post(
        door(visit, visit.patient), {"words": "<b>I was afraid</b>", "problems": ["waiting"]}
    )
    admin = await house.signed_in(await make_staff(house.units, visit.clinic, Role.ADMIN))
    listed = (await admin.get("/quality/words")).text
    assert "&lt;b&gt;I was afraid&lt;/b&gt;" in listed
    assert visit.patient.name not in listed
    (row,) = await rows(house, visit)
    assert [line.outcome for line in await house.trail(object_id=row.id)] == ["read"]
    told = (await admin.get(f"/quality/words/{row.id}")).text
    assert visit.patient.name in told
    assert "0188" in told
    line = (await house.trail(action="visit.experience_whose"))[-1]
    assert (line.patient_id, line.object_id) == (visit.patient.id, row.id)


async def test_words_are_not_for_whoever_was_there_or_is_kept_out_or_of_another_clinic(
    house: House,
) -> None:
    clinic = await make_clinic(house.units)
    seated = await make_staff(house.units, clinic, Role.COORDINATOR)
    gp = await make_staff(house.units, clinic)
    visit, guest = await after(house, clinic=clinic, team=[gp, seated])
    kept_out = await make_staff(house.units, clinic, Role.COORDINATOR)
    other = await make_staff(house.units, await make_clinic(house.units), Role.ADMIN)
    async with house.units(SYSTEM) as unit:
        patient = await unit.session.get_one(Patient, visit.patient.id)
        await exclude(unit, patient, visit.patient.id, kept_out.id)
    await guest.post(door(visit, visit.patient), {"words": "CANARY"})
    (row,) = await rows(house, visit)
    for who in (seated, kept_out, other):
        browser = await house.signed_in(who)
        assert "CANARY" not in (await browser.get("/quality/words")).text
        assert (await browser.get(f"/quality/words/{row.id}")).status == 404
    gp_browser = await house.signed_in(gp)
    assert (await gp_browser.get("/quality/words")).status == 404
    assert (await gp_browser.get(f"/quality/words/{row.id}")).status == 404
    reader = await house.signed_in(await make_staff(house.units, clinic, Role.COORDINATOR))
    assert "CANARY" in (await reader.get("/quality/words")).text
    assert (await reader.get(f"/quality/words/{visit.id}")).status == 404


async def test_two_at_once_stay_one_row(house: House) -> None:
    visit, guest = await after(house)
    path = door(visit, visit.patient)
    answers = await asyncio.gather(
        *(guest.post(path, {name: value}) for name, value in
          (("heard", "yes"), ("onward", "no"), ("way", "good")))
    )  # fmt: skip
    assert {one.status for one in answers} <= {200, 409, 503}
    assert len(await rows(house, visit)) == 1
