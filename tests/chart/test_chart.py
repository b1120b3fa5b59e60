"""The chart: what the team sees, what the office sees, what nobody else does, and its bell."""

from datetime import timedelta

import pytest

from rounds.consent.giving import exclude
from rounds.consent.model import Scope, Section
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import Patient
from rounds.people.teams import join
from tests.making.charts import make_office
from tests.making.consent import give_family_access, keep_out, withdraw_family_access
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import (
    make_former_member,
    make_staff,
    make_team,
)
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def cared_for(house: House) -> tuple[MadeVisit, str]:
    clinic, coordinator, gp = await make_office(house.units)
    visit = await make_visit(house.units, clinic, [gp], purpose="Sleep diary")
    await make_team(house.units, visit.patient, [gp, coordinator])
    return visit, f"/patients/{visit.patient.id}"


async def test_the_team_sees_all_of_it(house: House) -> None:
    visit, path = await cared_for(house)
    gp = await house.signed_in(visit.gp)
    text = (await gp.get(path)).text
    for words in (
        visit.patient.name, visit.gp.name, visit.relatives[0].name, "Sleep diary",
        f'href="/visits/{visit.id}"', "Sister", "Leads the care", "Answers alerts",
        "Coordinates appointments and tells results", "Sees nothing of the record",
        f'href="{path}/consents"', f'href="/visits/new?patient={visit.patient.id}"',
        'action="/visits/now"', "Joined the team",
    ):  # fmt: skip
        assert words in text, words


async def test_the_office_sees_who_it_is_but_not_what_happened(house: House) -> None:
    visit, path = await cared_for(house)
    admin = await make_staff(house.units, visit.clinic, Role.ADMIN)
    text = (await (await house.signed_in(admin)).get(path)).text
    for words in (visit.patient.name, visit.gp.name, visit.relatives[0].name):
        assert words in text
    for words in ("Sleep diary", f"/visits/{visit.id}", "Timeline", "/consents"):
        assert words not in text
    (line,) = await house.trail(actor_id=admin.id, patient_id=visit.patient.id)
    assert (line.action, line.outcome) == ("patient.register", "read")


async def test_a_visit_of_others_has_no_way_in(house: House) -> None:
    visit, path = await cared_for(house)
    member = await make_staff(house.units, visit.clinic, Role.THERAPIST)
    async with house.units(SYSTEM) as unit:
        await join(unit, await unit.session.get_one(Patient, visit.patient.id), member.id)
    text = (await (await house.signed_in(member)).get(path)).text
    assert "Sleep diary" in text
    assert f'href="/visits/{visit.id}"' not in text


async def test_what_the_patient_keeps_private_is_one_general_notice(house: House) -> None:
    visit, path = await cared_for(house)
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, visit.patient.id)
        await exclude(unit, row, visit.patient.id, section=Section.VISITS)
    text = (await (await house.signed_in(visit.gp)).get(path)).text
    assert "keeps a part of this record private" in text
    assert "Sleep diary" not in text


async def test_family_access_is_told_while_it_holds(house: House) -> None:
    visit, path = await cared_for(house)
    gp, ida = await house.signed_in(visit.gp), visit.relatives[0]
    await give_family_access(house.units, visit.patient, ida, Scope.VISITS, Scope.DIARY, days=2)
    assert "May see: visits, diary, until 18 November 2026" in (await gp.get(path)).text
    await withdraw_family_access(house.units, visit.patient, ida)
    assert "May see" not in (await gp.get(path)).text
    await give_family_access(house.units, visit.patient, ida, Scope.VISITS, days=2)
    house.clock.move(days=2)
    gp = await house.signed_in(visit.gp)
    assert "May see" not in (await gp.get(path)).text


async def test_visits_are_upcoming_past_or_missed(house: House) -> None:
    visit, path = await cared_for(house)
    later = house.clock.now() + timedelta(days=5)
    await make_visit(
        house.units, visit.clinic, [visit.gp], 0, later, purpose="Later one", patient=visit.patient
    )
    gp = await house.signed_in(visit.gp)
    assert "earlier visit" not in (await gp.get(path)).text
    house.clock.move(hours=2)
    text = (await gp.get(path)).text
    assert "1 earlier visit" in text
    assert "Did not take place" in text
    assert text.index("Later one") < text.index("1 earlier visit") < text.index("Sleep diary")


async def test_former_members_are_folded_and_shut_out(house: House) -> None:
    visit, path = await cared_for(house)
    former = await make_staff(house.units, visit.clinic, Role.THERAPIST)
    await make_former_member(house.units, visit.patient, former)
    gp = await house.signed_in(visit.gp)
    text = (await gp.get(path)).text
    assert "1 former member" in text
    assert former.name in text
    assert (await (await house.signed_in(former)).get(path)).status == 404


@pytest.mark.parametrize("id", ["0", "x" * 4000, "%00", "00000000-0000-0000-0000-000000000000"])
async def test_what_is_no_patient_is_nothing(house: House, id: str) -> None:
    visit, _ = await cared_for(house)
    gp = await house.signed_in(visit.gp)
    for rest in ("", "/team", "/people", "/identity"):
        assert (await gp.get(f"/patients/{id}{rest}")).status == 404
    assert (await gp.get(f"/patients/{visit.gp.id}")).status == 404


async def test_reading_leaves_a_line_in_the_patients_trail(house: House) -> None:
    visit, path = await cared_for(house)
    gp = await house.signed_in(visit.gp)
    for _ in range(2):
        await gp.get(path)
    (line,) = await house.trail(action="chart.read", patient_id=visit.patient.id)
    assert (line.actor_id, line.outcome, line.count) == (visit.gp.id, "read", 2)


async def test_the_bell_rings_for_those_who_may_see_the_patient(house: House) -> None:
    visit, path = await cared_for(house)
    admin = await make_staff(house.units, visit.clinic, Role.ADMIN)
    kept_out = await make_staff(house.units, visit.clinic, Role.COORDINATOR)
    colleague = await make_staff(house.units, visit.clinic, Role.THERAPIST)
    await keep_out(house.units, visit.patient, kept_out)
    gp = await house.signed_in(visit.gp)
    ears = {
        who.id: await (await house.signed_in(who)).line("/me", {"door": "staff"})
        for who in (visit.gp, admin, kept_out, colleague)
    }
    wanted = {"patient": visit.patient.id}
    # A relative, an address, a visit, a member: each is news of the same patient.
    form = {"given": "Astrid", "relationship": "mother"}
    assert (await gp.post(f"{path}/people", data=form)).status == 303
    await ears[visit.gp.id].until("patient_changed")
    form = {"person": visit.relatives[0].id, "phone": "020 7946 0999"}
    assert (await gp.post(f"{path}/contacts", data=form)).status == 303
    for who in (visit.gp, admin):
        assert await ears[who.id].until("patient_changed") == wanted
    await make_visit(house.units, visit.clinic, [visit.gp], 0, patient=visit.patient)
    await eventually(lambda: len(ears[visit.gp.id].told("patient_changed")) >= 3)
    await gp.post(f"{path}/team/add", data={"person": colleague.id})
    assert await ears[colleague.id].until("patient_changed") == wanted
    # Who leaves is told, so that the open page closes; who is kept out never was.
    heard = len(ears[colleague.id].told("patient_changed"))
    await gp.post(f"{path}/team/remove", data={"person": colleague.id})
    await eventually(lambda: len(ears[colleague.id].told("patient_changed")) > heard)
    assert ears[kept_out.id].heard == []
