"""Keeping out wins over role, team and seat; what is hidden is absent, no matter waits alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from rounds.consent.model import Purpose, Scope, Section
from rounds.consent.queries import kept_out_of
from rounds.consent.relations import tie_of
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.errors import Conflict
from rounds.kernel.ids import new_id
from rounds.notices.model import Channel, Notice
from rounds.notices.outbox import Message, queue
from rounds.people.contacts import add_contact, verify_contact
from rounds.people.model import Matter, Patient, Person, System
from rounds.people.queries import open_responsibilities
from rounds.people.teams import hand_over, leave
from tests.making.browser import Answer, Browser
from tests.making.consent import (
    agree_to,
    give_family_access,
    keep_out,
    let_in,
    take_back,
    withdraw_family_access,
)
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_staff, make_team
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def visit_with_team(house: House) -> tuple[MadeVisit, list[Someone]]:
    """A visit of a GP and a therapist; both are in the team, a coordinator as well."""
    clinic = await make_clinic(house.units)
    roles = (Role.GP, Role.THERAPIST, Role.COORDINATOR)
    team = [await make_staff(house.units, clinic, role) for role in roles]
    visit = await make_visit(house.units, clinic, team[:2])
    await make_team(house.units, visit.patient, team)
    return visit, team


async def holders(house: House, patient: Someone) -> dict[str, str]:
    async with house.units.reading(SYSTEM) as unit:
        held = await open_responsibilities(unit.session, patient.id)
    return {one.matter: one.person_id for one in held}


def shape(answer: Answer) -> tuple[int, int, str, set[str]]:
    """Status, length, kind and the names of the headers: all that a refusal could tell."""
    headers = {name.lower() for name in answer.headers}
    return answer.status, len(answer.body), answer.headers["Content-Type"], headers


async def sees(browser: Browser, visit: MadeVisit) -> bool:
    day = (await browser.get("/today.json")).json()
    return any(one["id"] == visit.id for one in day["visits"])


async def test_what_is_hidden_looks_like_what_is_not_there(house: House) -> None:
    visit, team = await visit_with_team(house)
    jonas = await house.signed_in(team[1])
    assert await sees(jonas, visit)
    await keep_out(house.units, visit.patient, team[1])
    await jonas.get("/today.json")  # the first answer after an ending clears the browser
    for path in ("/visits/{}", "/patients/{}/consents"):
        for kind in ("text/html", "application/json"):
            hidden, absent = [
                await jonas.get(path.format(id), headers={"Accept": kind})
                for id in (visit.id if "visits" in path else visit.patient.id, new_id())
            ]
            assert shape(hidden) == shape(absent)
            assert hidden.status == 404
            assert hidden.body == absent.body
    assert not await sees(jonas, visit)
    assert (await jonas.get("/today.json")).json()["counts"]["to_come"] == 0
    page = (await jonas.get("/today")).text
    assert visit.patient.name not in page


async def test_nothing_about_the_visit_rings_for_who_is_kept_out(house: House) -> None:
    visit, team = await visit_with_team(house)
    lines = [await (await house.signed_in(one)).line("/me", {"door": "staff"}) for one in team[:2]]
    await keep_out(house.units, visit.patient, team[1])
    await lines[1].until("access_ended")
    guest = await (await house.guest(visit.link(visit.patient))).guest_room(
        visit.link(visit.patient)
    )
    await guest.ask("knock")
    await lines[0].until("guest_knocked")
    assert [name for name, _ in lines[1].heard] == ["access_ended"]


async def test_the_browser_is_cleared_once_per_session(house: House) -> None:
    visit, team = await visit_with_team(house)
    jonas, gp = await house.signed_in(team[1]), await house.signed_in(team[0])
    await keep_out(house.units, visit.patient, team[1])
    answers = [await jonas.get("/today.json") for _ in range(2)]
    cleared = [one.headers.get("Clear-Site-Data") for one in answers]
    assert cleared == ['"cache"', None]
    assert "Clear-Site-Data" not in (await gp.get("/today.json")).headers


async def test_what_somebody_answers_for_passes_on_in_the_same_moment(house: House) -> None:
    visit, (gp, jonas, sam) = await visit_with_team(house)
    await keep_out(house.units, visit.patient, gp)
    assert await holders(house, visit.patient) == dict.fromkeys(Matter, sam.id)
    await keep_out(house.units, visit.patient, sam)
    assert await holders(house, visit.patient) == dict.fromkeys(Matter, jonas.id)
    # The last one who may look stays until the clinic has found somebody.
    with pytest.raises(Conflict, match="Please call us"):
        await keep_out(house.units, visit.patient, jonas)
    async with house.units.reading(SYSTEM) as unit:
        assert await kept_out_of(unit.session, visit.patient.id) == {gp.id, sam.id}
        told = (
            await unit.session.execute(select(Notice).where(Notice.about_id == visit.patient.id))
        ).scalars()
        pushed = [one.person_id for one in told if one.channel == Channel.PUSH]
    assert sorted(pushed) == sorted([jonas.id, sam.id, jonas.id])


async def test_nobody_who_is_kept_out_is_made_to_answer(house: House) -> None:
    visit, (gp, jonas, _) = await visit_with_team(house)
    await keep_out(house.units, visit.patient, jonas)

    async def hand_to_jonas() -> None:
        async with house.units(SYSTEM) as unit:
            row = await unit.session.get_one(Patient, visit.patient.id)
            await hand_over(unit, row, Matter.LEAD, jonas.id)

    with pytest.raises(Conflict, match="keeps this person out"):
        await hand_to_jonas()
    assert (await holders(house, visit.patient))[Matter.LEAD] == gp.id


async def test_a_relative_kept_out_loses_links_seat_and_what_was_shared(house: House) -> None:
    visit, _ = await visit_with_team(house)
    ida, link = visit.relatives[0], visit.link(visit.relatives[0])
    await give_family_access(house.units, visit.patient, ida)
    guest = await house.guest(link)
    room = await guest.guest_room(link)
    await room.ask("knock")
    made = await keep_out(house.units, visit.patient, ida)
    assert (await room.until("closed"))["reason"] == "revoked"
    await room.until_closed()
    assert (await guest.get(f"/j/{link.invitation}")).status == 404
    assert (await house.browser().post("/j/peek", {"token": link.token})).status == 404
    home = await house.at_home(ida)
    page = (await home.get("/my/access")).text
    assert "Nothing at the moment" in page
    await let_in(house.units, made)
    # What was shared before counts again; the link does not come back by itself.
    assert "Visits" in (await home.get("/my/access")).text
    assert (await house.browser().post("/j/peek", {"token": link.token})).status == 404


async def test_sharing_less_ends_the_part_in_visits_and_sharing_more_does_not(house: House) -> None:
    visit, _ = await visit_with_team(house)
    ida, link = visit.relatives[0], visit.link(visit.relatives[0])
    room = await (await house.guest(link)).guest_room(link)
    console = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    await room.ask("knock")
    await give_family_access(house.units, visit.patient, ida, Scope.VISITS)
    await console.ask("admit_all")
    await give_family_access(house.units, visit.patient, ida, Scope.VISITS, Scope.GOALS)
    assert (await room.ask("state"))["me"]["standing"] == "admitted"
    await give_family_access(house.units, visit.patient, ida, Scope.GOALS)
    state = await room.ask("state")
    assert state["me"]["standing"] == "sent_back"
    assert state["me"]["reason"]
    # Who had gone for a moment does not come back inside either.
    await console.ask("admit_all")
    await give_family_access(house.units, visit.patient, ida, Scope.VISITS)
    await room.ask("leave")
    await give_family_access(house.units, visit.patient, ida, Scope.GOALS)
    assert (await room.ask("knock"))["me"]["standing"] == "sent_back"


async def test_a_withdrawal_takes_the_links_of_other_visits(house: House) -> None:
    visit, _ = await visit_with_team(house)
    ida, link = visit.relatives[0], visit.link(visit.relatives[0])
    await give_family_access(house.units, visit.patient, ida, Scope.VISITS)
    # A visit that has not begun for her: the link is closed.
    await withdraw_family_access(house.units, visit.patient, ida)
    assert (await house.browser().post("/j/peek", {"token": link.token})).status == 404


async def test_leaving_the_team_rings_and_leaves_the_booked_visit_open(house: House) -> None:
    visit, team = await visit_with_team(house)
    jonas = await house.signed_in(team[1])
    bells, room = await jonas.line("/me", {"door": "staff"}), await jonas.staff_room(visit.id)
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, visit.patient.id)
        await leave(unit, row, team[1].id)
    assert await bells.until("access_ended") == {"patient": visit.patient.id}
    assert (await jonas.get(f"/patients/{visit.patient.id}/consents")).status == 404
    # A seat in a visit is a tie of its own.
    assert (await room.ask("state"))["me"]["standing"] == "admitted"


async def test_a_section_kept_from_everybody_closes_visits_to_the_family(house: House) -> None:
    visit, team = await visit_with_team(house)
    link = visit.link(visit.relatives[0])
    room = await (await house.guest(link)).guest_room(link)
    mara = await house.at_home(visit.patient)
    answer = await mara.post("/my/access/exclude", data={"section": "visits"})
    assert answer.status == 303
    await room.until_closed()
    # Staff are not family: their booked visit goes on.
    assert (await (await house.signed_in(team[0])).get(f"/visits/{visit.id}")).status == 200


async def test_a_team_that_does_not_share_sees_only_its_own(house: House) -> None:
    visit, team = await visit_with_team(house)
    consent = await agree_to(house.units, visit.patient, Purpose.TREATMENT)
    async with house.units.reading(SYSTEM) as unit:
        tie = await tie_of(unit.session, visit.patient.id, team[1].id, unit.now)
        assert (tie.member, tie.withheld) == (True, frozenset())
    await take_back(house.units, consent)
    async with house.units.reading(SYSTEM) as unit:
        tie = await tie_of(unit.session, visit.patient.id, team[1].id, unit.now)
        assert (tie.member, tie.withheld) == (True, frozenset(Section))


async def test_who_wants_no_messages_gets_none(house: House) -> None:
    clinic = await make_clinic(house.units)
    patient = await make_patient(house.units, clinic)
    consent = await agree_to(house.units, patient, Purpose.MESSAGES)
    visit, other = await queued(house, patient, "visit"), await queued(house, patient, "code")
    assert await state(house, visit) == await state(house, other) == "waiting"
    await take_back(house.units, consent)
    assert await state(house, visit) == "cancelled"
    assert await state(house, other) == "waiting"
    later = await queued(house, patient, "visit", timedelta())

    async def is_withheld() -> bool:
        return await state(house, later) == "cancelled"

    await eventually(is_withheld)


async def queued(
    house: House, patient: Someone, kind: str, after: timedelta = timedelta(days=1)
) -> str:
    """Queue a message about a thing of that kind, due later; return its id."""
    async with house.units(SYSTEM) as unit:
        person = await unit.session.get_one(Person, patient.id)
        contact = await add_contact(
            unit, house.foundation.signer, person, System.EMAIL, "mara@example.com", "GB"
        )
        await verify_contact(unit, contact)
        about = (kind, new_id())
        row = await queue(
            unit, person, Message("reminder", {}, about=about, due_at=unit.now + after)
        )
    assert row is not None
    return row.id


async def state(house: House, notice: str) -> str:
    """Return what became of a message."""
    async with house.units.reading(SYSTEM) as unit:
        return str((await unit.session.get_one(Notice, notice)).state)


async def test_keeping_out_twice_is_one_exclusion(house: House) -> None:
    visit, team = await visit_with_team(house)
    first = await keep_out(house.units, visit.patient, team[1])
    assert await keep_out(house.units, visit.patient, team[1]) == first
    part = await keep_out(house.units, visit.patient, team[1], Section.NOTES)
    assert part != first
