"""The pages of templates: read, changed, published and used, also by who is hostile."""

import pytest

from rounds.careplan.template_files import shipped
from tests.making.browser import Browser
from tests.making.forms import fields
from tests.making.house import House
from tests.making.plan_pages import PlanCast, make_plan_cast
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

ONE = "/templates/fatigue"
FORM = {"mark": "shipped-1", "title": "Fatigue", "summary": "For whom"}
FIRST = {"picture.keep": "yes", "picture.texts.text": "Tired", "picture.values.side": "both"}


async def signed_in(house: House) -> tuple[PlanCast, Browser]:
    cast = await make_plan_cast(house)
    return cast, await house.signed_in(cast.gp)


async def test_a_clinic_reads_changes_and_publishes_a_template(house: House) -> None:
    _, browser = await signed_in(house)
    assert "Persistent pain" in (await browser.get("/templates")).text
    assert "edition 1" in (await browser.get(ONE)).text
    form = (await browser.get(f"{ONE}/edit")).text
    assert "picture.texts.text" in form
    assert 'name="mark" value="shipped-1"' in form
    sent = FORM | FIRST | {"new.section": "goals", "new.words": "Sleep <b>well</b>"}
    looked = await browser.post(f"{ONE}/edit", data=sent | {"deed": "preview"})
    assert looked.status == 200
    assert "How it reads" in looked.text
    assert "Sleep &lt;b&gt;well&lt;/b&gt;" in looked.text
    assert "edition 1" in (await browser.get(ONE)).text  # nothing is published yet
    sent = fields(looked.text, f"{ONE}/edit") | {"deed": "publish", "note": "Shorter"}
    done = await browser.post(f"{ONE}/edit", data=sent)
    assert done.status == 303
    page = (await browser.get(ONE)).text
    assert "your version 1" in page
    assert "Shorter" in page
    # The same once more was made from a version that is no longer in use.
    again = await browser.post(f"{ONE}/edit", data=FORM | FIRST | {"deed": "publish"})
    assert again.status == 409
    assert (await browser.post(f"{ONE}/again", data={"number": "0"})).status == 303
    assert "edition 1" in (await browser.get(ONE)).text
    assert "Sleep &lt;b&gt;" in (await browser.get(f"{ONE}?version=1")).text


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("title", ""),
        ("title", "x" * 81),
        ("summary", "a\x00b"),
        ("picture.texts.text", "x" * 2001),
        ("picture.texts.text", "a\x07b"),
        ("picture.values.side", "unheard"),
        ("unheard.keep", "yes"),
        ("new.words", "\u202eevil\x1b[0m"),
    ],
)
async def test_what_is_no_entry_is_refused_and_kept_in_the_form(
    house: House, field: str, said: str
) -> None:
    _, browser = await signed_in(house)
    sent = FORM | FIRST | {"new.section": "goals"} | {field: said}
    answer = await browser.post(f"{ONE}/edit", data=sent | {"deed": "publish"})
    assert answer.status == 422
    assert "your version" not in (await browser.get(ONE)).text
    assert "For whom" in answer.text or field == "summary"


async def test_words_that_hurt_are_named_before_they_are_published(house: House) -> None:
    _, browser = await signed_in(house)
    sent = FORM | FIRST | {"picture.texts.text": "It is in your head", "deed": "preview"}
    assert "Some words here can hurt" in (await browser.post(f"{ONE}/edit", data=sent)).text


@pytest.mark.parametrize("path", ["/templates/unheard", f"{ONE}?version=9", "/templates/..%00"])
async def test_what_there_is_not_is_not_found(house: House, path: str) -> None:
    _, browser = await signed_in(house)
    assert (await browser.get(path)).status in (400, 404)


async def test_a_plan_takes_a_template_and_says_which_version(house: House) -> None:
    cast, browser = await signed_in(house)
    path = f"/patients/{cast.patient.id}/plan/templates"
    page = (await browser.get(f"{path}?pathway=fatigue")).text
    assert page.count('name="entries"') == len(shipped()["fatigue"].template.entries)
    assert 'name="mark" value="shipped-1"' in page
    nothing = await browser.post(path, data={"pathway": "fatigue", "mark": "shipped-1"})
    assert nothing.status == 422
    sent = {"pathway": "fatigue", "mark": "shipped-1", "entries": "picture"}
    assert (await browser.post(path, data=sent)).status == 303
    page = (await browser.get(path)).text
    assert "Fatigue, version 1" in page
    use = page.partition('name="use" value="')[2][:36]
    assert (await browser.post(path, data=sent)).status == 409

    async def is_away() -> bool:
        return (await browser.post(f"{path}/put-away", data={"use": use})).status == 303

    await eventually(is_away)
    assert "Put away by" in (await browser.get(path)).text
    stranger = "0" * 36
    for id in (stranger, "x", ""):
        assert (await browser.post(f"{path}/put-away", data={"use": id})).status == 404
