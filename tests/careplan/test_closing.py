"""A section is closed for a reason: who may read it reads why, nobody else gets a word of it."""

import io

import pypdf
import pytest
from markupsafe import escape

from rounds.careplan.sent import NOT_PLAIN, TOO_LONG
from rounds.consent.model import Scope
from rounds.sync.locks import LONGEST_REASON
from tests.making.consent import give_family_access
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_relative
from tests.making.plan_pages import PlanCast, PlanPage, make_plan_cast

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

GOAL = "t:g1.text"
WHY = "Waiting for the liver values of Monday"
MARKUP = '<img src=x onerror="alert(1)"> & {who} %s ${1} </script>'


async def ready(house: House, section: str = "goals") -> tuple[PlanCast, PlanPage, PlanPage]:
    """A section with an item, open to the GP and the therapist."""
    cast = await make_plan_cast(house)
    one, other = await cast.page(cast.gp, section), await cast.page(cast.therapist, section)
    await one.add("g1", "goal" if section == "goals" else "note")
    return cast, one, other


async def first_html(cast: PlanCast, home: bool = False) -> str:
    """The page of the plan before any script runs: the patient's, or the therapist's."""
    if home:
        return (await (await cast.house.at_home(cast.patient)).get("/my/plan")).text
    browser = await cast.house.signed_in(cast.therapist)
    return (await browser.get(f"/patients/{cast.patient.id}/plan")).text


async def test_whoever_has_it_open_or_comes_later_is_told_why(house: House) -> None:
    cast, one, other = await ready(house)
    assert await one.line.ask("lock", section="goals", reason=f"  {WHY} ") == {"seq": 2}
    told = await other.line.until("locked")
    assert (told["locked"]["by"], told["locked"]["reason"]) == (cast.gp.id, WHY)
    late = PlanPage(await cast.line(cast.patient), "goals")
    assert (await late.open())["locked"]["reason"] == WHY
    for home in (False, True):
        page = await first_html(cast, home)
        assert f"Closed for changes by {cast.gp.name}, " in page
        assert f"Reason: {WHY}</p>" in page
    # The server drops what it has in memory and reads the log anew.
    for line in (one.line, other.line, late.line):
        await line.close()
    await house.sockets.namespace_handlers["/careplan"].hub.stop()
    again = PlanPage(await cast.line(cast.gp), "goals")
    assert (await again.open())["locked"]["reason"] == WHY
    await again.line.ask("unlock", section="goals")
    assert (await again.line.until("locked"))["locked"] is None
    assert WHY not in await first_html(cast)
    assert await again.line.ask("lock", section="goals") == {"seq": 4}
    told = await again.line.until("locked", lambda told: told["seq"] == 4)
    assert told["locked"]["reason"] == ""


async def test_it_is_said_on_paper_and_in_plain_words_to_who_reads_the_section(
    house: House,
) -> None:
    cast, one, _ = await ready(house)
    await one.type(GOAL, 0, "Walk to the lake")
    await one.line.ask("lock", section="goals", reason=MARKUP)
    said = f"Closed for changes by {cast.gp.name}, "
    gp, home = await house.signed_in(cast.gp), await house.at_home(cast.patient)
    for browser, base in ((gp, f"/patients/{cast.patient.id}/plan"), (home, "/my/plan")):
        for page in ("plain", "print"):
            text = (await browser.get(f"{base}/{page}")).text
            assert text.count(said) == 1
            assert str(escape(MARKUP)) in text
            assert MARKUP not in text
        paper = pypdf.PdfReader(io.BytesIO((await browser.get(f"{base}/print.pdf")).body))
        words = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
        assert said in words
        assert f"Reason: {MARKUP}" in words
    for scope, reads in ((Scope.GOALS, True), (Scope.DIARY, False)):
        relative = await make_relative(house.units, cast.clinic, cast.patient)
        await give_family_access(house.units, cast.patient, relative, scope)
        text = (await (await house.at_home(relative)).get("/my/plan/plain")).text
        assert (said in text) == reads


async def test_who_may_not_read_the_section_gets_no_word_of_it(house: House) -> None:
    cast, one, other = await ready(house, "team_notes")
    relative = await make_relative(house.units, cast.clinic, cast.patient)
    await give_family_access(house.units, cast.patient, relative, Scope.GOALS)
    lines = [await cast.line(cast.patient), await cast.line(relative)]
    for line in lines:
        await PlanPage(line, "goals").open()
    await one.line.ask("lock", section="team_notes", reason=WHY)
    assert (await other.line.until("locked"))["locked"]["reason"] == WHY
    # What is told of the goals afterwards has overtaken nothing.
    goals = await cast.page(cast.gp, "goals")
    seq = await goals.add("g2", "goal")
    for line in lines:
        await line.until("command", lambda told: told["seq"] == seq)
        asked = await line.ask("open", sections=[{"kind": "team_notes", "client": 7}])
        assert asked["sections"] == {}
        assert WHY not in str(line.heard) + str(asked)
    for person in (cast.patient, relative):
        browser = await house.at_home(person)
        for path in ("/my/plan", "/my/plan/plain", "/my/plan/history", "/my/plan/print"):
            page = (await browser.get(path)).text
            assert WHY not in page, path
            assert "Closed for changes by" not in page, path
    assert WHY in await first_html(cast)


@pytest.mark.parametrize("reason", ["x" * (LONGEST_REASON + 1), "😀" * (LONGEST_REASON + 1)])
async def test_a_reason_that_is_too_long_closes_nothing_and_says_so(
    house: House, reason: str
) -> None:
    _, one, other = await ready(house)
    told = await one.refusal("lock", reason=reason)
    assert (told["code"], told["message"], told["fields"]) == (
        "invalid",
        TOO_LONG,
        {"reason": TOO_LONG},
    )
    assert await other.type(GOAL, 0, "walk") == 2
    assert await one.line.ask("lock", section="goals", reason=reason[1:]) == {"seq": 3}
    assert (await other.line.until("locked"))["locked"]["reason"] == reason[1:]


@pytest.mark.parametrize(
    "reason", ["a\nb", "a\tb", "a\x00b", "a\x1bb", "a\x7fb", "a\u202eb", "a\u200bb", "a\ud800b", 5]
)
async def test_what_is_no_line_of_plain_words_closes_nothing(house: House, reason: object) -> None:
    _, one, other = await ready(house)
    told = await one.refusal("lock", reason=reason)
    assert told["code"] == "invalid"
    if isinstance(reason, str) and reason.encode(errors="ignore").decode() == reason != "a\x00b":
        assert told["fields"] == {"reason": NOT_PLAIN}
    assert "locked" not in dict(other.line.heard)
    assert await other.type(GOAL, 0, "walk") == 2


async def test_markup_is_words_wherever_it_is_shown(house: House) -> None:
    cast, one, other = await ready(house)
    await one.line.ask("lock", section="goals", reason=MARKUP)
    assert (await other.line.until("locked"))["locked"]["reason"] == MARKUP
    browser = await house.signed_in(cast.therapist)
    for path in ("plan", "plan/history"):
        page = (await browser.get(f"/patients/{cast.patient.id}/{path}")).text
        assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt; &amp; {who} %s ${1}" in page, path
        assert "<img src=x" not in page, path
    history = (await (await house.at_home(cast.patient)).get("/my/plan/history")).text
    assert f"{cast.gp.name} locked “What your team aims for”: “&lt;img" in history


async def test_versions_before_and_after_it_stay_a_chain_and_the_history_whole(
    house: House,
) -> None:
    cast, one, other = await ready(house)
    browser = await house.signed_in(cast.gp)
    base = f"/patients/{cast.patient.id}/plan"
    await one.type(GOAL, 0, "walk")
    for number, reason in enumerate((WHY, "", MARKUP), 1):
        kept = await browser.post(f"{base}/versions", data={"title": f"As at {number}"})
        assert kept.status in (200, 303), kept.text
        why = {"reason": reason} if reason else {}
        await one.line.ask("lock", section="goals", **why)
        await one.line.ask("unlock", section="goals")
        await other.open()
        await other.type(GOAL, 0, "x")
    page = (await browser.get(f"{base}/history")).text
    assert "As at 3" in page
    assert "is not as it was kept" not in page
    assert "cannot be read to its end" not in page
    assert page.count("locked “Clinical goals”") == 3


async def test_who_is_no_clinician_closes_nothing_whatever_they_say(house: House) -> None:
    cast, one, _ = await ready(house)
    for person, code in ((cast.patient, "not_found"), (cast.coordinator, "forbidden")):
        page = await cast.page(person, "goals")
        for reason in (WHY, "x" * 999):
            assert (await page.refusal("lock", reason=reason))["code"] == code
    assert "locked" not in dict(one.line.heard)
    assert await one.type(GOAL, 0, "walk") == 2
    # Opening again needs no reason, and takes none.
    await one.line.ask("lock", section="goals", reason=WHY)
    assert (await one.refusal("unlock", reason=WHY))["code"] == "invalid"
    assert await one.line.ask("unlock", section="goals") == {"seq": 4}


async def test_a_second_reason_is_refused_and_the_first_stands(house: House) -> None:
    _, one, other = await ready(house)
    first = await one.line.ask("lock", section="goals", reason=WHY)
    # Sent twice, as after a lost answer, it is done once.
    assert await one.line.ask("lock", section="goals", reason=WHY) == first
    assert await other.line.ask("lock", section="goals") == first
    for page, reason in ((one, "Another one"), (other, WHY)):
        told = await page.refusal("lock", reason=reason)
        assert (told["code"], told["reason"], told["class"]) == ("refused", "locked", "final")
    assert (await other.open())["locked"]["reason"] == WHY
