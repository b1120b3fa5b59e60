"""A task is given to whom it can be done by, once, and only by those who care for the patient."""

import asyncio
from typing import Any

import pytest

from rounds.consent.model import Scope
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.tasks.giving import Origin
from rounds.tasks.model import OriginKind, Task
from rounds.tasks.queries import tasks_of_origin, tasks_of_patient
from tests.making.consent import give_family_access, keep_out
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_staff, make_team
from tests.making.tasks import Ward, give, make_task, waiting_for, ward
from tests.making.visits import make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


async def tasks(one: Ward) -> list[Task]:
    async with one.house.units.reading(SYSTEM) as unit:
        return list(await tasks_of_patient(unit.session, one.patient.id, 100))


async def test_a_task_waits_for_its_owner_until_they_take_it_on(house: House) -> None:
    here = await ward(house)
    answer = await give(await house.signed_in(here.gp), here.patient, here.sam.id, asks="yes")
    assert (answer.status, answer.headers["Location"]) == (
        303,
        f"/patients/{here.patient.id}/tasks",
    )
    (task,) = await tasks(here)
    assert (task.subject, task.owner_id, task.given_by) == (
        "Send the letter",
        here.sam.id,
        here.gp.id,
    )
    assert task.due_on.isoformat() == "2026-11-23"
    (line,) = await waiting_for(house, here.sam)
    assert line["waits"]
    assert line["state_words"] == "Not accepted yet"
    assert await waiting_for(house, here.gp) == []
    assert len(await house.trail(action="task.give", patient_id=here.patient.id)) == 1


async def test_nobody_asks_themselves(house: House) -> None:
    here = await ward(house)
    await give(await house.signed_in(here.gp), here.patient, here.gp.id, asks="yes")
    (task,) = await tasks(here)
    assert (task.state, task.asks) == ("accepted", False)


async def test_a_form_sent_twice_at_once_gives_one_task(house: House) -> None:
    here, key = await ward(house), new_id()
    browser = await house.signed_in(here.gp)
    answers = await asyncio.gather(
        *(give(browser, here.patient, here.sam.id, key=key) for _ in range(4))
    )
    assert {one.status for one in answers} == {303}
    assert len(await tasks(here)) == 1


async def test_a_role_of_the_team_can_have_it(house: House) -> None:
    here = await ward(house)
    other = await make_staff(house.units, here.clinic, Role.GP)
    await give(await house.signed_in(here.sam), here.patient, "gp")
    assert [one["mine"] for one in await waiting_for(house, here.gp)] == [True]
    assert await waiting_for(house, other) == []


async def test_family_can_have_it_once_the_patient_lets_them_read_it(house: House) -> None:
    here = await ward(house)
    browser = await house.signed_in(here.gp)
    assert (await give(browser, here.patient, here.sister.id)).status == 422
    await give_family_access(house.units, here.patient, here.sister, Scope.TASKS)
    assert (await give(browser, here.patient, here.sister.id)).status == 303


async def test_whom_the_patient_keeps_out_cannot_have_it(house: House) -> None:
    here = await ward(house)
    psychiatrist = await make_staff(house.units, here.clinic, Role.PSYCHIATRIST)
    await make_team(house.units, here.patient, [here.gp, psychiatrist, here.sam])
    browser = await house.signed_in(here.gp)
    assert (await give(browser, here.patient, psychiatrist.id)).status == 303
    await keep_out(house.units, here.patient, psychiatrist)
    assert (await give(browser, here.patient, psychiatrist.id)).status == 422
    refused = await give(await house.signed_in(psychiatrist), here.patient, here.gp.id)
    assert refused.status == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": "  "}, "Please say what is to be done."),
        ({"subject": "x" * 201}, "Please use 200 letters or fewer."),
        ({"owner": ""}, "Please choose who does it."),
        ({"owner": "admin"}, "cannot have a task"),
        ({"owner": "psychiatrist"}, "cannot have a task"),
        ({"owner": "'; drop"}, "cannot have a task"),
        ({"owner": "interpreter"}, "cannot have a task"),
        ({"days": ""}, "Please write a number."),
        ({"days": "-1"}, "Please write a number."),
        ({"days": "٣"}, "Please write a number."),
        ({"days": "999999"}, "Please choose 0 to 250 days."),
    ],
)
async def test_a_form_that_is_not_whole_is_shown_again(
    house: House, changes: dict[str, str], words: str
) -> None:
    here = await ward(house)
    form = {"owner": here.gp.id, "subject": "Ring <b>them</b>", **changes}
    answer = await give(await house.signed_in(here.sam), here.patient, **form)
    assert answer.status == 422
    assert words in answer.text
    assert "<b>" not in answer.text
    assert await tasks(here) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "a\x00b"},
        {"subject": "x" * 5000},
        {"origin_kind": "alert", "origin_id": "1"},
        {"origin_id": "x" * 65},
        {"surplus": "1"},
        {"owner": "x" * 41},
    ],
)
async def test_hostile_forms_give_nothing(house: House, changes: dict[str, str]) -> None:
    here = await ward(house)
    answer = await give(
        await house.signed_in(here.gp), here.patient, **{"owner": here.gp.id, **changes}
    )
    assert answer.status == 422
    assert await tasks(here) == []


async def test_other_scripts_come_back_as_they_were_written(house: House) -> None:
    here, words = await ward(house), "Brief an 李医生 schicken – أرسل الرسالة 😀"
    browser = await house.signed_in(here.gp)
    await give(browser, here.patient, here.gp.id, subject=words)
    (task,) = await tasks(here)
    assert task.subject == words
    assert words in (await browser.get(f"/tasks/{task.id}")).text


async def test_it_tells_which_visit_it_comes_from_and_leads_there(house: House) -> None:
    here = await ward(house)
    visit = await make_visit(house.units, here.clinic, patient=here.patient)
    browser = await house.signed_in(here.gp)
    origin = {"origin_kind": "visit", "origin_id": visit.id, "origin_words": "Walk <20> minutes"}
    begun = await browser.get(f"/patients/{here.patient.id}/tasks", params=origin)
    assert visit.id in begun.text
    await give(browser, here.patient, here.patient.id, **origin)
    async with house.units.reading(SYSTEM) as unit:
        (task,) = await tasks_of_origin(unit.session, OriginKind.VISIT, visit.id)
    text = (await browser.get(f"/tasks/{task.id}")).text
    assert f'href="/visits/{visit.id}/plan"' in text
    assert "Walk &lt;20&gt; minutes" in text


async def test_another_patients_visit_is_no_origin(house: House) -> None:
    here, there = await ward(house), await ward(house)
    browser = await house.signed_in(here.gp)
    for visit in (await make_visit(house.units, there.clinic, patient=there.patient)).id, new_id():
        origin = {"origin_kind": "visit", "origin_id": visit}
        page = await browser.get(f"/patients/{here.patient.id}/tasks", params=origin)
        assert page.status == 404
        assert (await give(browser, here.patient, here.gp.id, **origin)).status == 404
    assert await tasks(here) == []


async def test_what_a_rule_gives_twice_is_there_once(house: House) -> None:
    here = await ward(house)
    wanted: dict[str, Any] = {"key": "alert:1", "origin": Origin(OriginKind.ALERT, "1", "Safety")}
    first = await make_task(house.units, here.patient, here.gp.id, **wanted)
    assert await make_task(house.units, here.patient, here.gp.id, **wanted) == first
    text = (await (await house.signed_in(here.gp)).get(f"/tasks/{first}")).text
    assert "rounds itself gave this task to" in text
    assert "From an alert" in text


async def test_colleagues_outside_of_the_team_give_none(house: House) -> None:
    here = await ward(house)
    browser = await house.signed_in(here.ada)
    assert (await give(browser, here.patient, here.ada.id)).status == 404
    assert (await browser.get(f"/patients/{here.patient.id}/tasks")).status == 404
    assert len(await house.trail(action="task.give", outcome="denied", actor_id=here.ada.id)) >= 1
