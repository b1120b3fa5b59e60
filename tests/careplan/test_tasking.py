"""A task is made of an entry of the plan, leads back to it for its readers, and is noted there."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from rounds.careplan.arriving import STEPS
from rounds.careplan.carrying import Carrier
from rounds.careplan.kinds import SHAPES
from rounds.careplan.model import PlanPending
from rounds.careplan.narrowing import lower
from rounds.careplan.rights import Right
from rounds.careplan.stored import read_stored
from rounds.consent.model import Scope, Section
from rounds.kernel.actor import SYSTEM
from rounds.sync.live import Live
from rounds.tasks.model import Task
from tests.making.browser import Browser
from tests.making.consent import give_family_access, keep_out
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import Someone, make_patient, make_relative, make_staff, make_team
from tests.making.plan_pages import PLAN, PlanPage
from tests.making.planned import PlanDesk, Planned, make_planned
from tests.making.tasks import give, make_task, say

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

WALK = f"{STEPS}/w1"
LEADS = "From the care plan"


@dataclass(frozen=True, slots=True)
class There:
    """A plan in which the team is to walk with the patient, in a house that serves it."""

    house: House
    planned: Planned

    @property
    def path(self) -> str:
        return f"/patients/{self.planned.patient.id}/tasks"

    async def begin(self, browser: Browser, origin: str) -> Any:
        return await browser.get(self.path, params={"origin_kind": "plan", "origin_id": origin})

    async def give(self, who: Someone, owner: Someone, origin: str = WALK, **more: str) -> Any:
        return await self.send(await self.house.signed_in(who), owner, origin, **more)

    async def send(self, browser: Browser, owner: Someone, origin: str, **more: str) -> Any:
        wish = {"origin_kind": "plan", "origin_id": origin, **more}
        return await give(browser, self.planned.patient, owner.id, **wish)

    async def tasks(self) -> list[Task]:
        async with self.house.units.reading(SYSTEM) as unit:
            patient = Task.patient_id == self.planned.patient.id
            return list(await unit.session.scalars(select(Task).where(patient).order_by(Task.id)))

    async def task(self, owner: Someone) -> str:
        assert (await self.give(self.planned.gp, owner)).status == 303
        return (await self.tasks())[-1].id

    async def page(self, who: Someone, task: str) -> str:
        answer = await (await self.house.signed_in(who)).get(f"/tasks/{task}")
        assert answer.status == 200
        return str(answer.text)

    async def note(self, who: Someone, task: str) -> Any:
        return await (await self.house.signed_in(who)).post(f"/tasks/{task}/plan", data={})

    async def narrow(self, who: Someone, kind: str, right: Right) -> None:
        async with self.house.units(self.planned.actor(self.planned.gp)) as unit:
            await lower(unit, self.planned.patient.id, who.id, kind, right)

    async def edits(self, task: str) -> list[PlanPending]:
        async with self.house.units.reading(SYSTEM) as unit:
            origin = PlanPending.origin == f"task:{task}"
            return list(await unit.session.scalars(select(PlanPending).where(origin)))

    async def steps(self) -> Live:
        desk = PlanDesk(self.planned.earth)
        await Carrier(self.planned.earth.units, desk.hub).carry()
        await desk.stop()
        async with self.house.units.reading(SYSTEM) as unit:
            id = self.planned.sections[STEPS]
            return Live(id, SHAPES[STEPS], await read_stored(unit.session, id))


async def make(house: House) -> There:
    planned = await make_planned(house.foundation)
    due = (house.clock.now().date()).replace(year=house.clock.now().year + 9).isoformat()
    values = {"owner": planned.therapist.id, "due": due, "status": "planned"}
    await planned.write(STEPS, "w1", planned.gp, "Walk <20>\nminutes", **values)
    return There(house, planned)


async def test_the_form_begins_with_words_owner_and_day(house: House) -> None:
    there = await make(house)
    planned = there.planned
    day = house.clock.now().date()
    # Eight days on, whatever the day: the working days until then are six at most.
    soon = day.fromordinal(day.toordinal() + 8).isoformat()
    await planned.write(STEPS, "w1", planned.gp, due=soon)
    browser = await house.signed_in(planned.gp)
    page = (await there.begin(browser, WALK)).text
    assert 'value="Walk &lt;20&gt; minutes"' in page
    assert f'<option value="{planned.therapist.id}" selected>' in page
    days = page.split('name="days"')[1].split('value="')[1].split('"')[0]
    given = await there.give(planned.gp, planned.therapist, days=days)
    assert given.status == 303
    (task,) = await there.tasks()
    assert day.isoformat() < task.due_on.isoformat() <= soon
    assert (task.origin_id, task.origin_words) == (WALK, "")


async def test_the_plan_offers_it_to_those_who_may_give_tasks(house: House) -> None:
    there = await make(house)
    patient = there.planned.patient
    team = await (await house.signed_in(there.planned.gp)).get(f"/patients/{patient.id}/plan")
    assert f"&#34;tasks&#34;: &#34;{there.path}&#34;" in team.text.replace("&quot;", "&#34;")
    home = await (await house.at_home(patient)).get("/my/plan")
    assert there.path not in home.text


async def test_it_leads_back_only_for_those_who_may_read_the_section(house: House) -> None:
    there = await make(house)
    planned = there.planned
    task = await there.task(planned.therapist)
    link = f'href="/patients/{planned.patient.id}/plan#entry-{STEPS}-w1"'
    for who in (planned.gp, planned.therapist, planned.coordinator):
        page = await there.page(who, task)
        assert link in page
        assert "What we do: Walk &lt;20&gt; minutes" in page
    # What stands there is read anew: words that changed since are the plan's.
    await planned.write(STEPS, "w1", planned.gp, " a day")
    assert "minutes a day" in await there.page(planned.gp, task)
    await there.narrow(planned.therapist, STEPS, Right.NONE)
    hidden = await there.page(planned.therapist, task)
    assert "Send the letter" in hidden  # what the giver wrote is the owner's to read
    assert LEADS not in hidden
    assert "Walk" not in hidden
    assert f"entry-{STEPS}" not in hidden
    await planned.put_away(STEPS, "w1", planned.gp)
    assert f'plan#plan-{STEPS}"' in await there.page(planned.gp, task)


async def test_at_home_it_leads_to_the_own_plan(house: House) -> None:
    there = await make(house)
    patient = there.planned.patient
    task = await there.task(patient)
    mine = (await (await house.at_home(patient)).get(f"/my/tasks/{task}")).text
    assert f'href="/my/plan#entry-{STEPS}-w1"' in mine
    assert "/patients/" not in mine
    relative = await make_relative(house.units, there.planned.clinic, patient)
    await give_family_access(house.units, patient, relative, Scope.TASKS)
    await there.narrow(relative, STEPS, Right.NONE)
    theirs = await (await house.at_home(relative)).get(f"/my/tasks/{task}")
    assert theirs.status == 200
    assert LEADS not in theirs.text
    assert "Walk" not in theirs.text


async def test_what_is_not_the_givers_to_read_is_no_origin(house: House) -> None:
    there, elsewhere = await make(house), await make(house)
    planned = there.planned
    browser = await house.signed_in(planned.therapist)
    # Another patient of the same therapist.
    other = await make_patient(house.units, planned.clinic)
    await make_team(house.units, other, [planned.therapist, planned.coordinator])
    page = PlanPage(await browser.line(PLAN, {"door": "staff", "patient": other.id}), "goals")
    await page.open()
    await page.add("g9", "goal")
    wish = {"origin_kind": "plan", "origin_id": "goals/g9"}
    assert (await browser.get(f"/patients/{other.id}/tasks", params=wish)).status == 200
    await elsewhere.planned.write("goals", "g8", elsewhere.planned.gp, "Another clinic’s")
    await planned.write("team_notes", "n1", planned.gp, "Between us")
    await planned.write("problems", "p1", planned.gp, "Not for the therapist")
    await there.narrow(planned.therapist, "problems", Right.NONE)
    for origin in (
        "goals/g9",
        "goals/g8",
        "goals/w1",
        "team_notes/n1",
        "problems/p1",
        "problems/unheard",
        "unheard/w1",
        f"{STEPS}/../w1",
        f"{STEPS}/W1",
        f"{STEPS}/w1'; drop",
        elsewhere.planned.plan,
    ):
        assert (await there.begin(browser, origin)).status == 404, origin
        refused = await there.send(browser, planned.gp, origin)
        assert refused.status == 404, origin
    assert await there.tasks() == []
    assert (await there.give(planned.gp, planned.gp, "problems/p1")).status == 303


async def test_words_that_a_form_sends_of_the_plan_are_not_kept(house: House) -> None:
    there = await make(house)
    planned = there.planned
    await there.give(planned.gp, planned.gp, origin_words="What the plan never said")
    (task,) = await there.tasks()
    assert task.origin_words == ""
    assert "never said" not in await there.page(planned.gp, task.id)


async def test_who_gives_no_tasks_begins_none(house: House) -> None:
    there = await make(house)
    stranger = await make_staff(house.units, there.planned.clinic)
    assert (await there.begin(await house.signed_in(stranger), WALK)).status == 404
    assert (await there.give(stranger, there.planned.gp)).status == 404
    planned = there.planned
    await keep_out(house.units, planned.patient, planned.therapist, Section.PLAN)
    assert (await there.begin(await house.signed_in(planned.therapist), WALK)).status == 404
    assert await there.tasks() == []


async def test_a_task_that_is_done_is_noted_as_a_step_of_its_own(house: House) -> None:
    there = await make(house)
    planned = there.planned
    task = await make_task(house.units, planned.patient, planned.gp.id, subject="Ask the lab")
    assert "Note it in the care plan" not in await there.page(planned.gp, task)
    assert (await there.note(planned.gp, task)).status == 409
    await say(await house.signed_in(planned.gp), task, "done")
    assert "Note it in the care plan" in await there.page(planned.gp, task)
    answers = await asyncio.gather(*(there.note(planned.gp, task) for _ in range(3)))
    assert [(one.status, one.headers["Location"]) for one in answers] == [
        (303, f"/tasks/{task}")
    ] * 3
    assert len(await there.edits(task)) == 1
    live = await there.steps()
    item = next(one for one in live.items.in_order() if one.id != "w1")
    assert (item.by, item.values["status"], item.values["owner"], item.values["origin"]) == (
        planned.gp.id,
        "done",
        planned.gp.id,
        f"task:{task}",
    )
    assert live.section.text(f"t:{item.id}.text".encode()) == "Ask the lab"
    page = await there.page(planned.gp, task)
    assert "It is in the care plan." in page
    assert "Note it in the care plan" not in page
    plan = await (await house.signed_in(planned.gp)).get(f"/patients/{planned.patient.id}/plan")
    assert f'href="/tasks/{task}"' in plan.text


async def test_a_task_of_a_step_says_on_that_step_that_it_is_done(house: House) -> None:
    there = await make(house)
    planned = there.planned
    task = await there.task(planned.therapist)
    await say(await house.signed_in(planned.therapist), task, "done")
    assert (await there.note(planned.therapist, task)).status == 303
    live = await there.steps()
    assert list(live.items.all) == ["w1"]
    assert live.items.all["w1"].values["status"] == "done"
    assert "origin" not in live.items.all["w1"].values


async def test_who_may_not_write_there_notes_nothing(house: House) -> None:
    there, elsewhere = await make(house), await make(house)
    planned = there.planned
    task = await there.task(planned.therapist)
    await say(await house.signed_in(planned.therapist), task, "done")
    await there.narrow(planned.therapist, STEPS, Right.COMMENT)
    page = await there.page(planned.therapist, task)
    assert LEADS in page
    assert "data-noting" not in page
    refused = await there.note(planned.therapist, task)
    assert refused.status == 403
    for who in (elsewhere.planned.gp, await make_staff(house.units, planned.clinic)):
        assert (await there.note(who, task)).status == 404
    assert (await there.note(planned.gp, planned.plan)).status == 404
    assert await there.edits(task) == []
