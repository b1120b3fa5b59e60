"""A clinic's draft of a template: kept as typed, overwritten silently by nobody."""

import asyncio
from dataclasses import replace

import pytest

from rounds.careplan.template_drafts import draft_of, keep_draft, throw_away
from rounds.careplan.template_files import shipped
from rounds.careplan.template_model import PlanTemplateDraft
from rounds.careplan.template_sheet import Sheet, read_sheet, sheet_of
from rounds.careplan.template_versions import publish, template_in_use
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, NotFound
from rounds.resources import Foundation
from tests.making.fixtures import on_both
from tests.making.people import Someone, make_staff
from tests.making.planned import Planned, make_planned

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

PAIN = "persistent-pain"
BASE = shipped()[PAIN].template


def saying(title: str) -> Sheet:
    """A form in which a title was typed; an entry of it is not whole."""
    sheet = sheet_of(BASE)
    return replace(sheet, title=title, rows=(replace(sheet.rows[0], texts={}), *sheet.rows[1:]))


async def keep(there: Planned, who: Someone, title: str, looked_at: str = "") -> str:
    async with there.earth.units(there.actor(who)) as unit:
        return (await keep_draft(unit, PAIN, "shipped-1", saying(title), looked_at)).id


async def standing(there: Planned, who: Someone) -> PlanTemplateDraft | None:
    async with there.earth.units.reading(there.actor(who)) as unit:
        return await draft_of(unit, PAIN)


async def title(there: Planned) -> str | None:
    row = await standing(there, there.gp)
    return read_sheet(row.content).title if row else None


async def test_what_is_typed_is_kept_for_the_clinic_with_who_and_when(earth: Foundation) -> None:
    there = await make_planned(earth)
    assert await standing(there, there.gp) is None
    id = await keep(there, there.gp, "Half a ti")
    row = await standing(there, there.coordinator)
    assert row is not None
    assert (row.id, row.kept_by, row.begun_from) == (id, there.gp.id, "shipped-1")
    assert read_sheet(row.content) == saying("Half a ti")
    assert row.kept_at == earth.clock.now()


async def test_the_second_editor_is_told_and_overwrites_nothing(earth: Foundation) -> None:
    there = await make_planned(earth)
    first = await keep(there, there.gp, "First")
    with pytest.raises(Conflict):
        await keep(there, there.therapist, "Second")
    assert await title(there) == "First"
    second = await keep(there, there.gp, "First, longer", first)
    with pytest.raises(Conflict):
        await keep(there, there.therapist, "Second", first)
    assert await title(there) == "First, longer"
    # Having looked at it, they may.
    await keep(there, there.therapist, "Second", second)
    assert await title(there) == "Second"


async def test_the_same_sent_twice_is_kept_once(earth: Foundation) -> None:
    there = await make_planned(earth)
    first = await keep(there, there.gp, "Twice")
    assert await keep(there, there.gp, "Twice") == first


async def test_of_two_who_keep_at_once_one_is_told(earth: Foundation) -> None:
    there = await make_planned(earth)
    told = await asyncio.gather(
        keep(there, there.gp, "One"), keep(there, there.therapist, "Other"), return_exceptions=True
    )
    assert sorted(isinstance(one, Conflict) for one in told) == [False, True]


async def test_publishing_ends_the_draft_that_was_looked_at_and_no_other(
    earth: Foundation,
) -> None:
    there = await make_planned(earth)
    template = replace(BASE, title="Pain that stays")
    id = await keep(there, there.gp, "Pain that stays")
    for looked_at in ("", "0" * 36):
        async with there.earth.units(there.actor(there.therapist)) as unit:
            with pytest.raises(Conflict):
                await publish(unit, PAIN, "shipped-1", template, "", looked_at)
    assert await title(there) == "Pain that stays"
    async with there.earth.units(there.actor(there.gp)) as unit:
        await publish(unit, PAIN, "shipped-1", template, "", id)
    assert await standing(there, there.gp) is None
    async with there.earth.units(there.actor(there.gp)) as unit:
        assert (await template_in_use(unit, PAIN)).template.title == "Pain that stays"


async def test_a_draft_is_thrown_away_by_who_looked_at_it(earth: Foundation) -> None:
    there = await make_planned(earth)
    first = await keep(there, there.gp, "First")
    second = await keep(there, there.gp, "Longer", first)
    async with there.earth.units(there.actor(there.therapist)) as unit:
        with pytest.raises(Conflict):
            await throw_away(unit, PAIN, first)
    assert await title(there) == "Longer"
    async with there.earth.units(there.actor(there.therapist)) as unit:
        await throw_away(unit, PAIN, second)
        await throw_away(unit, PAIN, second)  # gone already
    assert await standing(there, there.gp) is None


async def test_another_clinic_and_an_interpreter_have_no_part_in_it(earth: Foundation) -> None:
    here, other = await make_planned(earth), await make_planned(earth)
    id = await keep(here, here.gp, "Ours")
    assert await standing(other, other.gp) is None
    theirs = await keep(other, other.gp, "Theirs")
    async with earth.units(other.actor(other.gp)) as unit:
        with pytest.raises(Conflict):
            await throw_away(unit, PAIN, id)
    assert (await title(here), await title(other)) == ("Ours", "Theirs")
    assert theirs != id
    interpreter = await make_staff(earth.units, here.clinic, Role.INTERPRETER)
    for who in (interpreter, here.patient):
        with pytest.raises(NotFound):
            await standing(here, who)
        with pytest.raises(NotFound):
            await keep(here, who, "Mine", id)
    assert await title(here) == "Ours"
