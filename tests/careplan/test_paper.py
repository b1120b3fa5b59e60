"""The plan as a PDF: tagged, in its language, with what the reader may read and no markup."""

import asyncio
import io
from pathlib import Path

import pypdf
import pytest

from rounds.careplan.paper import AT_ONCE, LARGEST, as_pdf
from rounds.consent.model import Scope
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, Unavailable
from rounds.resources import folder
from tests.making.browser import Answer
from tests.making.consent import give_family_access, withdraw_family_access
from tests.making.house import House
from tests.making.people import make_relative, make_staff
from tests.making.planned import Planned, make_planned
from tests.making.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

LAYOUT = folder("templates") / "careplan" / "paper.typ"
HOSTILE = '#read("/etc/passwd") #panic() *b* _i_ $x$ <l> @ref \\ `r` // c /* d */ = h'
BARE = {
    "lang": "en",
    "region": "GB",
    "rtl": False,
    "title": "My plan",
    "clinic": "Clinic",
    "head": ["Not signed yet"],
    "empty": "Nothing is written here yet.",
    "readers_title": "Read by",
    "readers": [],
    "foot": ["Printed"],
    "parts": [],
}


def said(words: str) -> dict[str, object]:
    """A plan with one statement."""
    one = {"words": words, "note": "", "more": [], "facts": [f"who: {words}"]}
    return BARE | {
        "title": words,
        "parts": [{"title": words, "closed": [words], "statements": [one]}],
    }


def read(made: bytes) -> tuple[pypdf.PdfReader, str]:
    pdf = pypdf.PdfReader(io.BytesIO(made))
    return pdf, "\n".join(one.extract_text() for one in pdf.pages)


def tags(pdf: pypdf.PdfReader) -> list[str]:
    """Return the structure elements of a PDF in reading order."""
    found: list[str] = []

    def walk(node: object) -> None:
        node = node.get_object() if isinstance(node, pypdf.generic.IndirectObject) else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]))
            walk(node.get("/K", []))

    walk(pdf.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    return found


async def written(house: House) -> Planned:
    there = await make_planned(house.foundation)
    await there.write("problems", "p1", there.gp, "Functional pain")
    await there.write("my_goals", "g1", there.patient, HOSTILE)
    await there.write("team_notes", "n1", there.gp, "Between us")
    return there


async def test_staff_and_patient_get_it_tagged_and_without_what_is_hidden(house: House) -> None:
    there = await written(house)
    gp, home = await house.signed_in(there.gp), await house.at_home(there.patient)
    for browser, path in ((gp, f"/patients/{there.patient.id}/plan"), (home, "/my/plan")):
        assert f'href="{path}/print.pdf"' in (await browser.get(f"{path}/print")).text
        answer = await browser.get(f"{path}/print.pdf")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="care-plan.pdf"'
        pdf, text = read(answer.body)
        root = pdf.trailer["/Root"]
        assert root["/Lang"] == "en-GB"  # type: ignore[index]
        assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
        order = tags(pdf)
        assert order.index("/Title") < order.index("/H1") < len(order)
        assert {"/P", "/H1"} <= set(order)
        assert pdf.metadata is not None
        assert pdf.metadata.title
        joined = " ".join(text.split())
        assert HOSTILE in joined
        assert joined.index(HOSTILE) < joined.index("Functional pain")
        assert "Between us" not in text


async def test_the_pages_at_home_lead_to_it_and_its_words_are_plain(house: House) -> None:
    there = await written(house)
    await there.write("problems", "p1", there.gp, "Your gut is alert.", field="plain")
    home = await house.at_home(there.patient)
    for page in ("/my/plan", "/my/plan/plain", "/my/plan/print"):
        assert 'href="/my/plan/print.pdf"' in (await home.get(page)).text, page
    _, text = read((await home.get("/my/plan/print.pdf")).body)
    assert "Your gut is alert." in text
    assert "Functional pain" not in text
    stranger = await house.browser().get("/my/plan/print.pdf")
    assert (stranger.status, stranger.headers["Location"][:11]) == (302, "/my/sign-in")


async def test_family_gets_what_was_opened_and_no_longer(house: House) -> None:
    there = await written(house)
    relative = await make_relative(house.units, there.clinic, there.patient)
    home = await house.at_home(relative)
    assert (await home.get("/my/plan/print.pdf")).status == 404
    await give_family_access(house.units, there.patient, relative, Scope.GOALS)
    answer = await home.get("/my/plan/print.pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="care-plan.pdf"'
    pdf, text = read(answer.body)
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    joined = " ".join(text.split())
    assert HOSTILE in joined
    for hidden in ("Functional pain", "Between us", "Working picture"):
        assert hidden not in joined
    reading = await house.trail(action="plan.open", actor_id=relative.id, outcome="read")
    assert len(reading) == 1
    await withdraw_family_access(house.units, there.patient, relative)
    assert (await home.get("/my/plan/print.pdf")).status == 404


@pytest.mark.parametrize("left", [(), (Scope.TASKS,)])
async def test_what_ends_while_the_paper_is_set_is_not_given_out(
    house: House, left: tuple[Scope, ...]
) -> None:
    there = await written(house)
    relative = await make_relative(house.units, there.clinic, there.patient)
    await give_family_access(house.units, there.patient, relative, Scope.GOALS, Scope.TASKS)
    home = await house.at_home(relative)

    async def has_looked() -> bool:
        return bool(await house.trail(action="plan.open", actor_id=relative.id, outcome="read"))

    async def lose_it() -> None:
        async with AT_ONCE, AT_ONCE:  # nothing is set while this is held
            held.set()
            await eventually(has_looked)
            await withdraw_family_access(house.units, there.patient, relative)
            if left:
                await give_family_access(house.units, there.patient, relative, *left)

    async def ask() -> Answer:
        await held.wait()
        return await home.get("/my/plan/print.pdf")

    held = asyncio.Event()
    answer, _ = await asyncio.gather(ask(), lose_it())
    assert (answer.status, answer.body[:4] == b"%PDF") == (404, False)


async def test_others_get_nothing(house: House) -> None:
    there = await written(house)
    other = await house.signed_in(await make_staff(house.units, there.clinic, Role.GP))
    assert (await other.get(f"/patients/{there.patient.id}/plan/print.pdf")).status == 404


@pytest.mark.parametrize("words", [HOSTILE, "Ünï кири ελλ ğİ", "x" * 20_000, "a\nb"])
async def test_words_are_never_markup(words: str) -> None:
    _, text = read(await as_pdf(said(words), LAYOUT))
    assert "".join(words.split()) in "".join(text.split())


async def test_a_plan_from_right_to_left() -> None:
    told = said("العربية") | {"lang": "ar", "region": None, "rtl": True}
    pdf, text = read(await as_pdf(told, LAYOUT))
    assert pdf.trailer["/Root"]["/Lang"] == "ar"  # type: ignore[index]
    assert "العربية" in text


async def test_a_letter_that_cannot_be_shown_is_told(tmp_path: Path) -> None:
    # A letter for private use, which no font has.
    with pytest.raises(Conflict, match="letters"):
        await as_pdf(said("\U0010fffd"), LAYOUT)
    layout = tmp_path / "paper.typ"
    layout.write_text("#panic()")
    with pytest.raises(Unavailable):
        await as_pdf(BARE, layout)


async def test_it_takes_neither_long_nor_much(tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="too long"):
        await as_pdf(said("x" * LARGEST), LAYOUT)
    endless = tmp_path / "paper.typ"
    endless.write_text("#for one in range(100000000) { calc.sin(one) }")
    with pytest.raises(Unavailable):
        await as_pdf(BARE, endless, seconds=1)
