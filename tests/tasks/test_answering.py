"""The owner of a task says what becomes of it, nobody else, and two at once never both."""

import asyncio

import pytest

from rounds.consent.model import Scope, Section
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.model import Patient
from rounds.people.teams import join, leave
from rounds.tasks.model import Deed
from rounds.tasks.queries import steps_of
from tests.making.consent import give_family_access, keep_out, withdraw_family_access
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_former_member, make_patient, make_staff
from tests.making.tasks import change, give, make_task, say, task_of, waiting_for, ward

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def deeds(house: House, task: str) -> list[str]:
    async with house.units.reading(SYSTEM) as unit:
        return [str(one.deed) for one in await steps_of(unit.session, task)]


async def test_from_taken_on_to_done_with_its_history(house: House) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id, here.gp, asks=True)
    browser = await house.signed_in(here.sam)
    assert (await say(browser, task, "accept")).headers["Location"] == f"/tasks/{task}"
    assert (await say(browser, task, "accept")).status == 303
    assert (await say(browser, task, "done", "By post.")).status == 303
    row = await task_of(house.units, task)
    assert (row.state, row.closed_at is not None) == ("done", True)
    assert await deeds(house, task) == ["give", "accept", "done"]
    text = (await browser.get(f"/tasks/{task}")).text
    assert f"{here.sam.name} took it on." in text
    assert "By post." in text
    assert await waiting_for(house, here.sam) == []
    assert (await say(browser, task, "reopen")).status == 303
    assert (await task_of(house.units, task)).closed_at is None


async def test_declined_with_a_reason_it_waits_for_whoever_gave_it(house: House) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id, here.gp, asks=True)
    browser = await house.signed_in(here.sam)
    refused = await say(browser, task, "decline", "  ")
    assert refused.status == 422
    assert "Please say why" in refused.text
    assert (await say(browser, task, "decline", "I am away.")).status == 303
    (line,) = await waiting_for(house, here.gp)
    assert (line["task"], line["state"]) == (task, "declined")
    asked = await say(browser, task, "done")
    assert asked.status == 409
    again = await change(await house.signed_in(here.gp), task, "hand", owner=here.gp.id)
    assert again.status == 303
    row = await task_of(house.units, task)
    assert (row.state, row.owner_id) == ("accepted", here.gp.id)


async def test_who_gave_it_cannot_do_it_for_its_owner(house: House) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id, here.gp)
    browser = await house.signed_in(here.gp)
    for deed in ("accept", "decline", "done"):
        assert (await say(browser, task, deed, "No.")).status == 403
    assert await deeds(house, task) == ["give"]
    assert "It is done" not in (await browser.get(f"/tasks/{task}")).text


async def test_of_two_of_a_role_one_takes_it_up(house: House) -> None:
    here = await ward(house)
    other = await make_staff(house.units, here.clinic, Role.COORDINATOR)
    task = await make_task(house.units, here.patient, "coordinator", here.gp, asks=True)
    one, two = await house.signed_in(here.sam), await house.signed_in(other)
    answers = await asyncio.gather(say(one, task, "accept"), say(two, task, "accept"))
    assert sorted(answer.status == 303 for answer in answers) == [False, True]
    row = await task_of(house.units, task)
    assert row.owner_id in (here.sam.id, other.id)
    assert (await deeds(house, task)).count("accept") == 1


async def test_done_and_taken_back_at_once_is_one_of_both(house: House) -> None:
    here = await ward(house)
    owner, giver = await house.signed_in(here.sam), await house.signed_in(here.gp)
    for _ in range(5):
        task = await make_task(house.units, here.patient, here.sam.id, here.gp)
        answers = await asyncio.gather(
            say(owner, task, "done"), change(giver, task, "cancel", words="Not needed.")
        )
        assert sorted(one.status for one in answers) == [303, 409]
        assert len(await deeds(house, task)) == 2


async def test_colleagues_of_no_team_and_those_who_left_find_nothing(house: House) -> None:
    here = await ward(house)
    await make_former_member(house.units, here.patient, here.ada)
    task = await make_task(house.units, here.patient, here.sam.id, here.gp)
    outside = await house.signed_in(here.ada)
    assert (await outside.get(f"/tasks/{task}")).status == 404
    assert (await say(outside, task, "done")).status == 404
    assert (await change(outside, task, "cancel", words="x")).status == 404
    assert await waiting_for(house, here.ada) == []


async def test_who_leaves_or_is_kept_out_hands_their_tasks_to_who_coordinates(house: House) -> None:
    here = await ward(house)
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, here.patient.id)
        await join(unit, row, here.ada.id)
    task = await make_task(house.units, here.patient, here.ada.id, here.gp)
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, here.patient.id)
        await leave(unit, row, here.ada.id)
    assert (await task_of(house.units, task)).owner_id == here.sam.id
    second = await make_task(house.units, here.patient, here.gp.id, here.sam)
    await keep_out(house.units, here.patient, here.gp)
    assert (await task_of(house.units, second)).owner_id == here.sam.id
    assert (await (await house.signed_in(here.gp)).get(f"/tasks/{second}")).status == 404
    assert {one["task"] for one in await waiting_for(house, here.sam)} == {task, second}


async def test_a_withheld_plan_leaves_everybody_only_their_own(house: House) -> None:
    here = await ward(house)
    own = await make_task(house.units, here.patient, here.gp.id)
    other = await make_task(house.units, here.patient, here.sam.id)
    await keep_out(house.units, here.patient, here.gp, Section.PLAN)
    browser = await house.signed_in(here.gp)
    assert (await browser.get(f"/tasks/{own}")).status == 200
    assert (await browser.get(f"/tasks/{other}")).status == 404
    listed = (await browser.get(f"/patients/{here.patient.id}/tasks")).text
    assert (own in listed, other in listed) == (True, False)


async def test_a_patient_says_at_home_that_it_is_done(house: House) -> None:
    here = await ward(house)
    await give(await house.signed_in(here.gp), here.patient, here.patient.id, subject="Walk")
    home = await house.at_home(here.patient)
    page = (await home.get("/my")).text
    assert "What you agreed to do" in page
    task = page.partition("/my/tasks/")[2][:36]
    assert (await say(home, task, "accept", my="/my")).status == 303
    assert (await say(home, task, "done", my="/my")).status == 303
    assert (await task_of(house.units, task)).state == "done"
    assert "Done" in (await home.get("/my")).text
    house.pass_time(days=8)
    assert "/my/tasks/" not in (await (await house.at_home(here.patient)).get("/my")).text


async def test_the_tasks_of_the_team_are_not_there_at_home(house: House) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id, subject="Write to the court")
    home = await house.at_home(here.patient)
    assert "court" not in (await home.get("/my")).text
    assert (await home.get(f"/my/tasks/{task}")).status == 404
    assert (await say(home, task, "done", my="/my")).status == 404
    assert (await say(home, task, "done")).status == 404
    theirs = await make_patient(house.units, here.clinic)
    own = await make_task(house.units, here.patient, here.patient.id)
    assert (await (await house.at_home(theirs)).get(f"/my/tasks/{own}")).status == 404


async def test_what_the_team_said_before_is_not_told_at_home(house: House) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id, here.gp)
    await say(await house.signed_in(here.sam), task, "decline", "She never answers me.")
    giver = await house.signed_in(here.gp)
    await change(giver, task, "hand", owner=here.patient.id)
    text = (await (await house.at_home(here.patient)).get(f"/my/tasks/{task}")).text
    assert "never answers" not in text
    assert f"gave it to {here.patient.name}" in text
    assert "never answers" in (await giver.get(f"/tasks/{task}")).text


async def test_family_reads_what_was_opened_and_does_only_their_own(house: House) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.patient.id, subject="Walk")
    home = await house.at_home(here.sister)
    assert "Walk" not in (await home.get("/my")).text
    await give_family_access(house.units, here.patient, here.sister, Scope.VISITS)
    assert (await home.get(f"/my/tasks/{task}")).status == 404
    await give_family_access(house.units, here.patient, here.sister, Scope.VISITS, Scope.TASKS)
    assert "Walk" in (await home.get("/my")).text
    assert (await home.get(f"/my/tasks/{task}")).status == 200
    assert (await say(home, task, "done", my="/my")).status == 403
    own = await make_task(house.units, here.patient, here.sister.id, subject="Drive her")
    assert (await say(home, own, "done", my="/my")).status == 303
    await withdraw_family_access(house.units, here.patient, here.sister)
    assert (await home.get(f"/my/tasks/{own}")).status == 404
    assert "Drive her" not in (await home.get("/my")).text


@pytest.mark.parametrize("deed", ["", "give", "cancel", "due", "hand", "accept\x00", "x" * 5000])
async def test_a_deed_that_is_none_of_the_owners_is_refused(house: House, deed: str) -> None:
    here = await ward(house)
    task = await make_task(house.units, here.patient, here.sam.id)
    browser = await house.signed_in(here.sam)
    assert (await say(browser, task, deed)).status == 422
    assert (await say(browser, "none", "done")).status == 404
    assert (await say(browser, here.sam.id, "done")).status == 404
    assert await deeds(house, task) == [str(Deed.GIVE)]
