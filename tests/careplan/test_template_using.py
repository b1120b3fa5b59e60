"""A template comes into a plan through its door, once, over nothing, and can be put away."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from rounds.careplan.carrying import Carrier
from rounds.careplan.kinds import COMMENT, SHAPES
from rounds.careplan.model import PlanPending
from rounds.careplan.opening import open_plan
from rounds.careplan.stored import read_stored
from rounds.careplan.template_content import PROMPTED, Template, item_of
from rounds.careplan.template_files import shipped
from rounds.careplan.template_using import put_away, use_template, uses_of
from rounds.careplan.template_versions import (
    InUse,
    content_of,
    publish,
    publish_again,
    template_in_use,
)
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.resources import Foundation
from rounds.sync.live import Live
from tests.making.fixtures import on_both
from tests.making.people import Someone
from tests.making.planned import PlanDesk, Planned, make_planned

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

PAIN = "persistent-pain"
ALL = {one.key for one in shipped()[PAIN].template.entries}


async def use(there: Planned, who: Someone, keys: set[str] = ALL, mark: str = "") -> str:
    async with there.earth.units(there.actor(who)) as unit:
        mark = mark or (await template_in_use(unit, PAIN)).mark
        return (await use_template(unit, there.patient.id, PAIN, mark, keys)).id


async def take_back(there: Planned, who: Someone, id: str) -> int:
    async with there.earth.units(there.actor(who)) as unit:
        return (await put_away(unit, there.patient.id, id)).stayed


async def carry(there: Planned) -> list[str]:
    """Let the plan's door do its work; return what it refused."""
    desk = PlanDesk(there.earth)
    await Carrier(there.earth.units, desk.hub).carry()
    await desk.stop()
    async with there.earth.units.reading(there.actor(there.gp)) as unit:
        rows = await unit.session.scalars(
            select(PlanPending).where(PlanPending.section_id.in_(there.sections.values()))
        )
        return [one.refused or "waits" for one in rows if one.seq is None]


async def section(there: Planned, kind: str) -> Live:
    async with there.earth.units.reading(there.actor(there.gp)) as unit:
        id = there.sections[kind]
        return Live(id, SHAPES[kind], await read_stored(unit.session, id))


def item(key: str) -> str:
    return item_of(PAIN, next(one for one in shipped()[PAIN].template.entries if one.key == key))


async def changed(there: Planned, title: str) -> InUse:
    async with there.earth.units(there.actor(there.coordinator)) as unit:
        found = await template_in_use(unit, PAIN)
        await publish(unit, PAIN, found.mark, replace(found.template, title=title), "why")
    async with there.earth.units.reading(there.actor(there.gp)) as unit:
        return await template_in_use(unit, PAIN)


async def test_a_plan_begins_from_a_template(earth: Foundation) -> None:
    there = await make_planned(earth)
    await use(there, there.gp)
    assert await carry(there) == []
    goal = (await section(there, "goals")).items.all[item("function")]
    assert (goal.values["measure"], goal.values["target"]) == ("peg", 4)
    assert goal.values["origin"] == f"template:{PAIN}/1"
    assert len(goal.values["target_date"]) == 10
    assert goal.by == there.gp.id
    roles = await section(there, "roles")
    assert roles.items.all[item("lead")].values["who"] == there.gp.id
    assert roles.items.all[item("coordinate")].values["who"] == there.coordinator.id
    # Nobody of the team is a psychiatrist: nobody is named.
    assert "whom" not in (await section(there, "escalation")).items.all[item("mood")].values
    told = await section(there, "warning_signs")
    assert "Call the practice" in told.section.text(f"t:{item('new-signs')}.step".encode())


async def test_nothing_is_said_in_the_patients_name(earth: Foundation) -> None:
    there = await make_planned(earth)
    await use(there, there.gp)
    assert await carry(there) == []
    for kind in PROMPTED:
        live = await section(there, kind)
        assert live.items.all
        assert {one.kind for one in live.items.all.values()} == {COMMENT}
        assert not any(live.section.text(field) for field in live.items.fields)


async def test_twice_does_not_double_and_what_is_there_stays(earth: Foundation) -> None:
    there = await make_planned(earth)
    await there.write("goals", "mine", there.therapist, "My own goal")
    await use(there, there.gp)
    with pytest.raises(Conflict):  # still on its way
        await use(there, there.gp)
    assert await carry(there) == []
    await there.write("goals", item("function"), there.therapist, " and more", status="reached")
    rows = (await section(there, "goals")).seq
    with pytest.raises(Conflict):
        await use(there, there.gp)
    assert await carry(there) == []
    live = await section(there, "goals")
    assert live.seq == rows
    assert live.items.all[item("function")].values["status"] == "reached"
    assert [one.id for one in live.items.in_order()] == ["mine", item("function")]


async def test_two_who_use_it_at_once_bring_it_once(earth: Foundation) -> None:
    there = await make_planned(earth)
    told = await asyncio.gather(
        use(there, there.gp), use(there, there.therapist), return_exceptions=True
    )
    assert sorted(isinstance(one, Conflict) for one in told) == [False, True]
    assert await carry(there) == []


async def test_what_nobody_changed_is_put_away_and_comes_back(earth: Foundation) -> None:
    there = await make_planned(earth)
    first = await use(there, there.gp)
    with pytest.raises(Conflict):  # still on its way
        await take_back(there, there.gp, first)
    await carry(there)
    await there.write("goals", item("function"), there.therapist, " and more")
    assert await take_back(there, there.gp, first) == 1
    assert await carry(there) == []
    assert not (await section(there, "goals")).items.all[item("function")].archived
    assert (await section(there, "problems")).items.all[item("picture")].archived
    assert (await section(there, "my_goals")).items.all[item("my-goal")].archived
    with pytest.raises(Conflict):
        await take_back(there, there.gp, first)
    second = await use(there, there.gp, {"picture", "function"})
    assert await carry(there) == []
    live = await section(there, "problems")
    assert not live.items.all[item("picture")].archived
    assert live.section.text(f"t:{item('picture')}.text".encode()).startswith("Persistent pain")
    assert await take_back(there, there.gp, second) == 0


async def test_a_coordinator_brings_what_is_theirs_to_write(earth: Foundation) -> None:
    there = await make_planned(earth)
    await use(there, there.coordinator)
    assert await carry(there) == []
    assert not (await section(there, "problems")).items.all
    assert item("fixed-visits") in (await section(there, "interventions")).items.all
    assert item("my-goal") in (await section(there, "my_goals")).items.all


async def test_versions_are_kept_and_the_plan_names_the_one_it_began_from(
    earth: Foundation,
) -> None:
    there = await make_planned(earth)
    await use(there, there.gp, {"picture"})
    found = await changed(there, "Pain that stays")
    assert (found.mark, found.template.title) == ("2", "Pain that stays")
    with pytest.raises(Conflict):  # looked at before the change
        await use(there, there.gp, {"function"}, mark="1")
    await use(there, there.gp, {"function"})
    async with there.earth.units(there.actor(there.gp)) as unit:
        opened = await open_plan(unit, there.patient.id)
        uses = await uses_of(unit, opened)
        assert [version.number for _, version in uses] == [2, 1]
        assert content_of(uses[1][1]).title == "Persistent pain"
        await publish_again(unit, PAIN, 0)
        again = await template_in_use(unit, PAIN)
    assert (again.mark, again.template) == ("3", shipped()[PAIN].template)
    assert [one.shipped for one in again.versions] == [True, False, True]


async def test_what_was_published_meanwhile_is_not_overwritten(earth: Foundation) -> None:
    there = await make_planned(earth)
    await changed(there, "First")
    template: Template = shipped()[PAIN].template
    async with there.earth.units(there.actor(there.gp)) as unit:
        with pytest.raises(Conflict):
            await publish(unit, PAIN, "shipped-1", replace(template, title="Second"), "")
        with pytest.raises(Conflict):  # it says the same
            await publish(unit, PAIN, "1", replace(template, title="First"), "")
        with pytest.raises(NotFound):
            await publish_again(unit, PAIN, 7)


@pytest.mark.parametrize("keys", [set(), {"unheard"}, {"\x00"}])
async def test_nothing_chosen_brings_nothing(earth: Foundation, keys: set[str]) -> None:
    there = await make_planned(earth)
    with pytest.raises((Invalid, Conflict)):
        await use(there, there.gp, keys)
    assert await carry(there) == []


async def test_another_clinics_versions_are_its_own(earth: Foundation) -> None:
    here, other = await make_planned(earth), await make_planned(earth)
    await changed(here, "Ours")
    async with other.earth.units(other.actor(other.gp)) as unit:
        assert (await template_in_use(unit, PAIN)).mark == "shipped-1"
