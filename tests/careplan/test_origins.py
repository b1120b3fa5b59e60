"""What came into a plan from elsewhere leads back there, for those who may follow it."""

import pytest

from rounds.careplan.carrying import Carrier
from rounds.careplan.template_using import use_template
from rounds.careplan.template_versions import template_in_use
from rounds.consent.model import Scope, Section
from tests.making.consent import give_family_access, keep_out
from tests.making.house import House
from tests.making.people import Someone, make_patient, make_relative
from tests.making.plan_pages import make_plan_cast
from tests.making.planned import PlanDesk, Planned, make_planned
from tests.making.tasks import make_task
from tests.making.visits import make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAIN = "persistent-pain"
FROM = "From the template “Persistent pain”, version 1"


async def use(there: Planned) -> None:
    async with there.earth.units(there.actor(there.gp)) as unit:
        found = await template_in_use(unit, PAIN)
        keys = {one.key for one in found.template.entries}
        await use_template(unit, there.patient.id, PAIN, found.mark, keys)
    desk = PlanDesk(there.earth)
    await Carrier(there.earth.units, desk.hub).carry()
    await desk.stop()


async def team_reads(house: House, there: Planned, who: Someone, page: str = "") -> str:
    browser = await house.signed_in(who)
    answer = await browser.get(f"/patients/{there.patient.id}/plan{page}")
    assert answer.status == 200
    return str(answer.text)


async def home_reads(house: House, who: Someone, page: str = "") -> str:
    answer = await (await house.at_home(who)).get(f"/my/plan{page}")
    assert answer.status == 200
    return str(answer.text)


async def test_the_team_follows_a_template_and_the_patient_reads_that_there_was_one(
    house: House,
) -> None:
    there = await make_planned(house.foundation)
    await use(there)
    link = f'href="/templates/{PAIN}?version=1"'
    plan = await team_reads(house, there, there.coordinator)
    assert f'{link} target="_blank">{FROM}' in plan
    # What the page shows once it is live it knows already.
    assert "template:persistent-pain/1" in plan
    history = await team_reads(house, there, there.therapist, "/history")
    assert f"{link}>{FROM}</a>" in history
    followed = await (await house.signed_in(there.gp)).get(f"/templates/{PAIN}?version=1")
    assert followed.status == 200
    for page in ("", "/history"):
        mine = await home_reads(house, there.patient, page)
        assert "From a template of the clinic" in mine
        assert "/templates/" not in mine
        assert FROM not in mine


async def test_a_version_that_never_was_is_not_spoken_of(house: House) -> None:
    there = await make_planned(house.foundation)
    await there.write("goals", "g1", there.gp, "Walk", origin=f"template:{PAIN}/7")
    plan = await team_reads(house, there, there.gp)
    assert "From the template" not in plan
    assert "/templates/persistent-pain" not in plan


async def test_a_task_leads_back_only_for_who_may_read_it(house: House) -> None:
    there = await make_planned(house.foundation)
    theirs = await make_task(house.units, there.patient, there.patient.id, subject="Keep a diary")
    ours = await make_task(house.units, there.patient, there.gp.id, subject="Ask the lab")
    await there.write("goals", "g1", there.gp, "Walk", origin=f"task:{theirs}")
    await there.write("goals", "g2", there.gp, "Sleep", origin=f"task:{ours}")
    for page in ("", "/history"):
        plan = await team_reads(house, there, there.therapist, page)
        assert f'href="/tasks/{theirs}"' in plan
        assert f'href="/tasks/{ours}"' in plan
        assert "From the task “Ask the lab”" in plan
        mine = await home_reads(house, there.patient, page)
        assert f'href="/my/tasks/{theirs}"' in mine
        assert "Ask the lab" not in mine
        assert f"/tasks/{ours}" not in mine
    relative = await make_relative(house.units, there.clinic, there.patient)
    await give_family_access(house.units, there.patient, relative, Scope.GOALS)
    read = await home_reads(house, relative)
    assert "Walk" in read
    assert "Keep a diary" not in read
    assert "From" not in read.replace("From a template", "").split('data-section="goals"')[1][:800]


async def test_another_patients_task_is_not_spoken_of(house: House) -> None:
    there = await make_planned(house.foundation)
    other = await make_patient(house.units, there.clinic)
    task = await make_task(house.units, other, other.id, subject="Something private")
    await there.write("goals", "g1", there.gp, "Walk", origin=f"task:{task}")
    for page in ("", "/history"):
        plan = await team_reads(house, there, there.gp, page)
        assert "Something private" not in plan
        assert f"/tasks/{task}" not in plan


async def test_a_visit_leads_to_its_summary_for_those_whose_it_is(house: House) -> None:
    there = await make_planned(house.foundation)
    visit = await make_visit(house.units, clinic=there.clinic, patient=there.patient)
    await there.write("my_goals", "g1", there.patient, "Walk", origin=f"visit:{visit.id}")
    link = f'href="/visits/{visit.id}/summary"'
    for page in ("", "/history"):
        assert link in await team_reads(house, there, there.therapist, page)
        mine = await home_reads(house, there.patient, page)
        assert "From a visit" in mine
        assert link not in mine
    await keep_out(house.units, there.patient, there.therapist, Section.VISITS)
    kept = await team_reads(house, there, there.therapist)
    assert "Walk" in kept
    assert "From a visit" not in kept
    relative = await make_relative(house.units, there.clinic, there.patient)
    await give_family_access(house.units, there.patient, relative, Scope.GOALS)
    assert "From a visit" not in await home_reads(house, relative)


async def test_a_decision_is_named_to_the_team(house: House) -> None:
    there = await make_planned(house.foundation)
    await there.write("goals", "g1", there.gp, "Walk", origin="D-41")
    await there.write("goals", "g1", there.gp, origin="D-42")
    plan = await team_reads(house, there, there.gp)
    assert "From decision D-42" in plan
    history = await team_reads(house, there, there.gp, "/history")
    assert "From decision D-41" in history
    assert "noted where it came from: “Walk” in “Clinical goals”." in history
    for page in ("", "/history"):
        assert "From decision" not in await home_reads(house, there.patient, page)


async def test_who_has_the_plan_open_learns_where_a_new_entry_came_from(house: House) -> None:
    cast = await make_plan_cast(house)
    gp, mine = await cast.page(cast.gp, "goals"), await cast.page(cast.patient, "goals")
    notes = await cast.page(cast.therapist, "team_notes")
    task = await make_task(house.units, cast.patient, cast.gp.id, subject="Ask the lab")
    await gp.add("g1", "goal", origin=f"task:{task}")
    await notes.add("n1", "note", origin="D-7")
    told = {
        f"task:{task}": {
            "words": "From the task “Ask the lab”",
            "day": "",
            "url": f"/tasks/{task}",
        }
    }
    assert await gp.line.ask("origins") == {"origins": told}
    # The team's notes are not open in this page, and that task is not the patient's to read.
    assert await mine.line.ask("origins") == {"origins": {}}
    decided = {"words": "From decision D-7", "day": "", "url": ""}
    assert await notes.line.ask("origins") == {"origins": {"D-7": decided}}
