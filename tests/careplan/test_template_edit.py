"""The form of a template: nothing typed is lost, entries move, and the second editor is told."""

import pytest

from rounds.careplan.template_sheet import is_own
from tests.making.browser import Answer, Browser
from tests.making.forms import fields, focused
from tests.making.house import House
from tests.making.pages import section, words
from tests.making.plan_pages import PlanCast, make_plan_cast

pytestmark = pytest.mark.asyncio(loop_scope="module")

ONE = "/templates/fatigue"
EDIT = f"{ONE}/edit"
NEW = {"new.section": "goals", "new.words": "Sleep\nthrough", "new.source": "NICE NG206 (2021)"}


async def two(house: House) -> tuple[PlanCast, Browser, Browser]:
    cast = await make_plan_cast(house)
    return cast, await house.signed_in(cast.gp), await house.signed_in(cast.therapist)


async def form(browser: Browser) -> dict[str, str]:
    return fields((await browser.get(EDIT)).text, EDIT)


async def send(browser: Browser, sent: dict[str, str], deed: str) -> Answer:
    return await browser.post(EDIT, data=sent | {"deed": deed})


def standing(sent: dict[str, str], kind: str = "interventions") -> list[str]:
    """The keys of the entries of a section, in order."""
    named = (name.rpartition(".") for name, value in sent.items() if value == kind)
    return [key for key, _, last in named if last == "section" and key != "new"]


def key_of(sent: dict[str, str]) -> str:
    """The key of the entry that the clinic added."""
    return next(name.partition(".")[0] for name in sent if is_own(name.partition(".")[0]))


async def test_a_refused_form_has_everything_that_was_typed(house: House) -> None:
    _, gp, _ = await two(house)
    begun = await form(gp)
    broken = (
        begun | NEW | {"title": "", "picture.values.side": "both", "function.values.target": "x"}
    )
    broken.pop("pacing.keep")
    refused = await send(gp, broken, "preview")
    assert refused.status == 422
    once = fields(refused.text, EDIT)
    own = key_of(once)
    assert once[f"{own}.texts.text"] == "Sleep\nthrough"
    assert (once[f"{own}.source"], once["new.words"]) == (NEW["new.source"], "")
    assert (once["title"], once["function.values.target"]) == ("", "x")
    assert "pacing.keep" not in once
    # Written on in what was added, and refused again: also by publishing.
    once |= {f"{own}.texts.text": "Sleep through, mostly", f"{own}.values.target_date": "soon"}
    for deed in ("preview", "publish"):
        again = await send(gp, once | {"title": "Fatigue"}, deed)
        assert again.status == 422
        once = fields(again.text, EDIT)
        assert once[f"{own}.texts.text"] == "Sleep through, mostly"
        assert once[f"{own}.values.target_date"] == "soon"
        assert once["function.values.target"] == "x"
    whole = once | {f"{own}.values.target_date": "28", "function.values.target": ""}
    assert "How it reads" in (await send(gp, whole, "preview")).text
    assert "your version" not in (await gp.get(ONE)).text


@pytest.mark.parametrize(
    "wrong", [{"new.words": "a\x07b"}, {"new.section": "unheard"}, {"new.source": "x" * 301}]
)
async def test_one_more_entry_that_is_refused_stays_where_it_was_typed(
    house: House, wrong: dict[str, str]
) -> None:
    _, gp, _ = await two(house)
    refused = await send(gp, await form(gp) | NEW | wrong, "preview")
    assert refused.status == 422
    after = fields(refused.text, EDIT)
    typed = NEW | wrong
    assert (after["new.words"], after["new.source"]) == (typed["new.words"], typed["new.source"])
    name = next(iter(wrong))
    assert f'href="#{name}"' in refused.text


async def test_an_entry_moves_keeps_the_keyboard_and_says_its_place(house: House) -> None:
    _, gp, _ = await two(house)
    begun = await form(gp)
    first, second, *_ = order = standing(begun)
    typed = begun | {f"{first}.texts.text": "Typed just now", "new.words": "Half a sen"}
    moved = await gp.post(EDIT, data=typed | {"move": f"{first}:down"})
    assert moved.status == 200
    after = fields(moved.text, EDIT)
    assert standing(after)[:2] == [second, first]
    assert after[f"{first}.texts.text"] == "Typed just now"
    assert after["new.words"] == "Half a sen"
    assert focused(moved.text, EDIT) == f"move={first}:down"
    assert 'id="moved" role="status"' in moved.text
    assert f"Moved to place 2 of {len(order)}" in words(moved.text)
    # Back at the top there is no further up: the other button has the keyboard.
    back = await gp.post(EDIT, data=after | {"move": f"{first}:up"})
    assert focused(back.text, EDIT) == f"move={first}:down"
    assert f'value="{first}:up"' not in back.text
    # A plan gets them in the order in which they were published.
    sent = fields(back.text, EDIT) | {"new.words": "", "move": f"{first}:down"}
    down = fields((await gp.post(EDIT, data=sent)).text, EDIT)
    assert (await send(gp, down, "publish")).status == 303
    page = (await gp.get(ONE)).text
    assert "Typed just now" in page
    published = await form(gp)
    assert standing(published)[:2] == [second, first]


async def test_a_draft_is_shown_gone_on_with_and_thrown_away(house: House) -> None:
    cast, gp, therapist = await two(house)
    assert "Draft, not published" not in (await gp.get(ONE)).text
    assert (await send(gp, await form(gp), "keep")).status == 303
    assert "Draft, not published" not in (await gp.get(ONE)).text  # nobody wrote anything
    half = await form(gp) | {"title": "", "summary": "Half of a sen", "new.words": "And th"}
    assert (await send(gp, half, "keep")).status == 303
    page = (await therapist.get(ONE)).text
    assert cast.gp.name in section(page, "draft")
    assert f'href="{EDIT}"' in page
    going_on = await form(therapist)
    assert (going_on["title"], going_on["summary"]) == ("", "Half of a sen")
    assert going_on["new.words"] == "And th"
    draft = fields(page, f"{ONE}/throw-away")
    # Somebody goes on meanwhile: it is not thrown away under them.
    assert (await send(gp, going_on | {"summary": "Half of a sentence"}, "keep")).status == 303
    refused = await therapist.post(f"{ONE}/throw-away", data=draft)
    assert (refused.status, "kept meanwhile" in refused.text) == (409, True)
    draft = fields((await therapist.get(ONE)).text, f"{ONE}/throw-away")
    assert (await therapist.post(f"{ONE}/throw-away", data=draft)).status == 303
    assert "Draft, not published" not in (await gp.get(ONE)).text
    assert (await form(gp))["title"] == "Fatigue"
    trail = [line.action for line in await house.trail(clinic_id=cast.clinic.id)]
    assert trail.count("template.draft") == 2
    assert trail.count("template.draft_away") == 1


async def test_the_second_editor_is_told_and_loses_nothing(house: House) -> None:
    cast, gp, therapist = await two(house)
    hers, theirs = await form(gp), await form(therapist)
    assert (await send(gp, hers | {"title": "Hers"}, "preview")).status == 200
    for deed in ("preview", "keep", "publish"):
        told = await send(therapist, theirs | NEW | {"title": "Theirs"}, deed)
        assert told.status == 409
        assert f"{cast.gp.name} kept another draft" in words(told.text)
        after = fields(told.text, EDIT)
        assert after["title"] == "Theirs"
        assert "Sleep\nthrough" in after.values()
        assert (await form(gp))["title"] == "Hers"
    assert "your version" not in (await gp.get(ONE)).text
    over = told.text.partition('name="over" value="')[2].partition('"')[0]
    mine = await therapist.post(EDIT, data=after | {"over": over})
    assert (mine.status, "How it reads" in mine.text) == (200, True)
    assert (await form(gp))["title"] == "Theirs"
    assert (await send(therapist, fields(mine.text, EDIT), "publish")).status == 303
    assert "Draft, not published" not in (await gp.get(ONE)).text
    # Published meanwhile: what she still writes is kept, and she is told before it is published.
    late = await send(gp, hers | {"title": "Hers, late"}, "publish")
    assert late.status == 409
    assert "Another version was published since" in words(late.text)
    assert (await form(gp))["title"] == "Hers, late"
    over = late.text.partition('name="over" value="')[2].partition('"')[0]
    last = await gp.post(EDIT, data=fields(late.text, EDIT) | {"over": over})
    assert (await send(gp, fields(last.text, EDIT), "publish")).status == 303
    assert "Hers, late" in (await gp.get(ONE)).text


async def test_an_entry_of_the_clinic_names_its_source(house: House) -> None:
    _, gp, _ = await two(house)
    looked = await send(gp, await form(gp) | NEW, "preview")
    preview = looked.text.partition('aria-labelledby="preview"')[2].partition("<fieldset")[0]
    assert f"Source: {NEW['new.source']}" in words(preview)
    sent = fields(looked.text, EDIT)
    assert (await send(gp, sent, "publish")).status == 303
    page = words((await gp.get(ONE)).text)
    assert f"Sleep through Source: {NEW['new.source']}" in page
    published = await form(gp)
    assert published[f"{key_of(published)}.source"] == NEW["new.source"]
    assert "picture.source" not in published


@pytest.mark.parametrize("mark", ["", "x" * 100, "\x00", "shipped-1 x"])
async def test_a_form_of_no_version_publishes_nothing(house: House, mark: str) -> None:
    _, gp, _ = await two(house)
    sent = await form(gp) | {"title": "Of no version", "mark": mark}
    for deed in ("preview", "publish"):
        told = await send(gp, sent | {"draft": (await form(gp))["draft"]}, deed)
        assert told.status == 409
    assert "your version" not in (await gp.get(ONE)).text
    assert (await form(gp))["title"] == "Of no version"
