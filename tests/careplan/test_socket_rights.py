"""What somebody may no longer do in a plan ends on their open page at once, and leaves a line."""

import asyncio

import pytest

from rounds.accounts.events import SessionLocked, SessionUnlocked
from rounds.careplan.narrowing import lower
from rounds.careplan.rights import Right
from rounds.consent.model import Scope, Section
from rounds.kernel.actor import SYSTEM, Actor
from rounds.kernel.ids import ClinicId, PersonId, SessionId, new_id
from rounds.people.model import Patient
from rounds.people.teams import leave
from tests.making.browser import Refused
from tests.making.consent import give_family_access, keep_out, withdraw_family_access
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_patient, make_relative, make_staff
from tests.making.plan_pages import PlanCast, PlanPage, make_plan_cast, text
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

GOAL = "t:g1.text"
PROMISED = 3.0
"""Seconds: three times what is promised for a right that is taken back."""


async def with_relative(house: House) -> tuple[PlanCast, Someone, PlanPage, PlanPage]:
    """A goal that the GP writes and a relative reads."""
    cast = await make_plan_cast(house)
    relative = await make_relative(house.units, cast.clinic, cast.patient)
    await give_family_access(house.units, cast.patient, relative, Scope.GOALS)
    gp = await cast.page(cast.gp, "goals")
    await gp.add("g1", "goal")
    return cast, relative, gp, await cast.page(relative, "goals")


async def test_family_loses_a_section_at_once_and_never_hears_of_it_again(house: House) -> None:
    cast, relative, gp, page = await with_relative(house)
    await page.until(await gp.type(GOAL, 0, "walk"))
    await withdraw_family_access(house.units, cast.patient, relative)
    async with asyncio.timeout(PROMISED):
        await page.line.until("gone", lambda told: told["section"] == "goals")
        await page.line.until_closed()
    heard = len(page.line.heard)
    await gp.type(GOAL, 0, "secret")
    assert "secret" not in str(page.line.heard)
    assert len(page.line.heard) == heard
    with pytest.raises(Refused, match="not_found"):
        await cast.line(relative)


async def test_a_narrower_agreement_takes_some_sections_and_leaves_the_others(
    house: House,
) -> None:
    cast, relative, gp, page = await with_relative(house)
    await give_family_access(house.units, cast.patient, relative, Scope.TASKS)
    async with asyncio.timeout(PROMISED):
        await page.line.until("gone", lambda told: told["section"] == "goals")
        right = await page.line.until("right", lambda told: told["section"] == "interventions")
    assert right["right"] == "comment"
    await gp.type(GOAL, 0, "walk")
    assert page.line.told("update") == []
    steps = PlanPage(page.line, "interventions")
    assert (await steps.open())["right"] == "comment"
    assert await page.open() is None


async def test_who_comments_writes_no_text_and_only_own_comments(house: House) -> None:
    cast, _, gp, page = await with_relative(house)
    page.write(GOAL, 0, "mine")
    (update,) = page.send()
    refusal = await page.refusal("update", update=text(update))
    assert (refusal["reason"], refusal["class"]) == ("forbidden", "final")
    await page.add("c1", "comment", body="Is this still so?", status="open")
    await gp.add("c2", "comment", body="Yes", status="open", answers="c1")
    for op, item in (("archive", "g1"), ("archive", "c2"), ("set", "c2")):
        refusal = await page.refusal("command", id=f"{op}{item}", op=op, item=item)
        assert refusal["reason"] == "forbidden", op
    await page.command("set", "c1", values={"body": "Is it?"})
    denied = {"action": "plan.open", "outcome": "denied", "patient_id": cast.patient.id}
    assert await house.counted(**denied) == 4


async def test_who_leaves_the_team_or_is_kept_out_loses_the_plan(house: House) -> None:
    cast, _, gp, _ = await with_relative(house)
    therapist = await cast.page(cast.therapist, "goals")
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, cast.patient.id)
        await leave(unit, row, cast.therapist.id)
    async with asyncio.timeout(PROMISED):
        await therapist.line.until_closed()
    await keep_out(house.units, cast.patient, cast.gp, Section.PLAN)
    async with asyncio.timeout(PROMISED):
        await gp.line.until_closed()
    for person in (cast.gp, cast.therapist):
        with pytest.raises(Refused, match="not_found"):
            await cast.line(person)


async def test_a_hidden_section_is_as_one_that_is_not_there(house: House) -> None:
    cast = await make_plan_cast(house)
    notes = await cast.page(cast.gp, "team_notes")
    await notes.add("n1", "note")
    page = PlanPage(await cast.line(cast.patient), "team_notes")
    hidden = await page.line.ask("open", sections=[{"kind": "team_notes", "client": 7}])
    unknown = await page.line.ask("open", sections=[{"kind": "nothing", "client": 7}])
    assert hidden["sections"] == unknown["sections"] == {}
    page.write("t:n1.text", 0, "?")
    (update,) = page.send()
    for event, sent in (
        ("update", {"update": text(update)}),
        ("command", {"id": "1", "op": "archive", "item": "n1"}),
        ("check", {"seq": 1, "hash": ""}),
        ("lock", {}),
    ):
        there = await page.refusal(event, **sent)
        page.section = "nothing"
        assert await page.refusal(event, **sent) == there
        page.section = "team_notes"
    # Where somebody is in it is not told either.
    await notes.line.ask("place", section="team_notes", field="t:n1.text")
    await notes.type("t:n1.text", 0, "ours")
    open_page = await cast.page(cast.gp, "goals")
    await open_page.line.ask("place", section="goals", field="")
    await page.line.until("places")
    assert "team_notes" not in str(page.line.heard)


async def test_a_lower_right_in_one_plan_is_felt_at_once(house: House) -> None:
    cast, _, gp, _ = await with_relative(house)
    therapist = await cast.page(cast.therapist, "goals")
    at_work = Actor(
        "staff",
        ClinicId(cast.clinic.id),
        PersonId(cast.gp.id),
        cast.gp.role,
        SessionId(new_id()),
    )
    for right, event in ((Right.COMMENT, "right"), (Right.NONE, "gone")):
        async with house.units(at_work) as unit:
            await lower(unit, cast.patient.id, cast.therapist.id, "goals", right)
        async with asyncio.timeout(PROMISED):
            await therapist.line.until(event, lambda told: told["section"] == "goals")
        therapist.write(GOAL, 0, "x")
        update = text(therapist.send()[-1])
        refusal = await therapist.refusal("update", update=update)
        assert refusal.get("reason", refusal["code"]) in ("forbidden", "not_found")
    last = await gp.type(GOAL, 0, "walk")
    await gp.until(last)
    assert therapist.line.told("update") == []


async def test_strangers_find_no_plan(house: House) -> None:
    cast = await make_plan_cast(house)
    outsider = await make_staff(house.units, cast.clinic)
    elsewhere = await make_patient(house.units, cast.clinic)
    for person in (outsider, elsewhere):
        with pytest.raises(Refused, match="not_found"):
            await cast.line(person)
    browser = await house.signed_in(cast.gp)
    for patient in (elsewhere.id, "x", None, ["a"], {"$": 1}, "\x00"):
        with pytest.raises(Refused, match="not_found"):
            await browser.line("/careplan", {"door": "staff", "patient": patient})
    with pytest.raises(Refused):
        await house.browser().line("/careplan", {"door": "staff", "patient": cast.patient.id})


async def test_behind_a_locked_screen_nothing_is_told_or_taken(house: House) -> None:
    cast, _, gp, _ = await with_relative(house)
    therapist = await cast.page(cast.therapist, "goals")
    namespace = house.sockets.namespace_handlers["/careplan"]
    session = next(
        one.actor.session
        for one in namespace.connections.values()
        if one.actor.person == cast.therapist.id
    )
    person = PersonId(cast.therapist.id)
    await namespace.lock_changed(SessionLocked(session, person))
    await gp.type(GOAL, 0, "walk")
    therapist.write(GOAL, 0, "x")
    (update,) = therapist.send()
    refusal = await therapist.refusal("update", update=text(update))
    assert (refusal["code"], refusal["locked"]) == ("unavailable", True)
    assert therapist.line.told("update") == []
    await namespace.lock_changed(SessionUnlocked(session, person))
    await therapist.line.until("behind", lambda told: told["section"] == "goals")
    told = await therapist.open()
    assert told["seq"] == gp.seq + 1 or "walk" in str(therapist.text(GOAL))
    await therapist.line.ask("update", section="goals", update=text(update))


async def test_who_signs_out_is_gone_from_the_plan(house: House) -> None:
    cast = await make_plan_cast(house)
    browser = await house.signed_in(cast.gp)
    page = PlanPage(await cast.join(browser, "staff"), "goals")
    await page.open()
    await browser.post("/sign-out", data={})
    await page.line.until_closed()
    namespace = house.sockets.namespace_handlers["/careplan"]
    await eventually(lambda: cast.patient.id not in namespace.pages.plans)
