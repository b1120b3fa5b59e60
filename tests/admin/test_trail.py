"""The auditor's page of the trail: narrowed, page by page, as a file, and itself in the trail."""

import csv
import io
import re
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.ids import new_id
from rounds.people.model import Clinic, Person
from rounds.people.register import Name, add_relative
from tests.making.browser import Answer, Browser
from tests.making.house import House
from tests.making.people import Someone, make_clinic, make_patient, make_staff
from tests.making.visits import MadeVisit, make_visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(slots=True)
class Office:
    """A clinic with two patients, a visit that was looked at, and an auditor."""

    house: House
    clinic: Clinic
    auditor: Someone
    browser: Browser
    visit: MadeVisit
    other: Someone

    async def page(self, **asked: str) -> Answer:
        answer = await self.browser.get("/admin/trail?" + urlencode(asked))
        assert answer.status == 200, answer.text
        return answer

    async def lines(self, **asked: str) -> list[str]:
        """The lines of a page as words."""
        text = (await self.page(**asked)).text
        found = re.findall(r'<li class="trail__line">(.*?)</li>', text, re.S)
        return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]

    async def table(self, **asked: str) -> list[dict[str, str]]:
        answer = await self.browser.get("/admin/trail.csv?" + urlencode(asked))
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
        assert "attachment" in answer.headers["Content-Disposition"]
        return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(house: House) -> Office:
    clinic = await make_clinic(house.units)
    auditor = await make_staff(house.units, clinic, Role.ADMIN, "Ada")
    visit = await make_visit(house.units, clinic, relatives=0)
    other = await make_patient(house.units, clinic, "Ngozi")
    gp = await house.signed_in(visit.gp)
    for _ in range(3):
        await gp.get(f"/visits/{visit.id}")
    colleague = await make_staff(house.units, clinic, Role.THERAPIST, "Tom")
    await (await house.signed_in(colleague)).get(f"/visits/{visit.id}")
    return Office(house, clinic, auditor, await house.signed_in(auditor), visit, other)


async def test_the_newest_line_comes_first_in_plain_words(office: Office) -> None:
    lines = await office.lines(patient=office.visit.patient.id)
    assert lines[0].startswith("09:00 Tom Osei Therapist was refused the visit")
    assert lines[0].endswith(f"{office.visit.patient.name} Refused")
    assert "read the visit 3 times" in lines[1]
    assert any("entered the patient" in one for one in lines)
    assert any(one.split(" ", 1)[1].startswith("rounds itself") for one in lines)


@pytest.mark.parametrize(
    ("asked", "words", "count"),
    [
        ({"outcome": "denied"}, "was refused", 1),
        ({"group": "visits", "outcome": "read"}, "read the visit", 1),
        ({"person": "tom"}, "Tom Osei", 2),
        ({"person": "Ada Osei", "group": "accounts"}, "signed in", 1),
        ({"group": "consent"}, "", 0),
        ({"first": "2026-11-17"}, "", 0),
        ({"last": "2026-11-15"}, "", 0),
    ],
    ids=str,
)
async def test_lines_are_narrowed(
    office: Office, asked: dict[str, str], words: str, count: int
) -> None:
    lines = await office.lines(**asked)
    assert len(lines) == count
    assert all(words in one for one in lines)
    table = await office.table(**asked)
    assert len(table) == count
    if not count:
        text = (await office.page(**asked)).text
        assert "No line fits this" in text
        assert 'href="/admin/trail"' in text


async def test_a_day_is_the_clinics_own(office: Office) -> None:
    """Half an hour before midnight in London is the same day there, summer or winter."""
    house = office.house
    house.clock.move(days=240, hours=13, minutes=30)  # 14 July, 22:30 UTC: 23:30 in summer.
    late = await make_patient(house.units, office.clinic, "Late")
    house.clock.move(hours=1)  # 00:30 of the next day.
    early = await make_patient(house.units, office.clinic, "Early")
    office.browser = await house.signed_in(office.auditor)

    async def added(first: str, last: str) -> list[str]:
        lines = await office.lines(group="record", first=first, last=last)
        return [one.partition("Whose record: ")[2].removesuffix(" Done") for one in lines]

    assert await added("2027-07-14", "2027-07-14") == [late.name]
    assert await added("2027-07-15", "2027-07-15") == [early.name]
    assert await added("2027-07-14", "2027-07-15") == [early.name, late.name]
    lines = await office.lines(group="record", first="2027-07-14", last="2027-07-15")
    assert [one.split()[0] for one in lines] == ["00:30", "23:30"]


async def test_people_are_found_by_part_of_a_name_or_by_number(office: Office) -> None:
    whole = await office.lines(patient=office.other.id, group="record")
    assert len(whole) == 1
    assert await office.lines(patient="ngoz", group="record") == whole
    assert await office.lines(patient=office.other.name.upper(), group="record") == whole
    number = (await office.page(patient="lindqvist")).text
    assert "Several people match" in number
    assert not re.search(r'class="trail__line"', number)
    links = re.findall(r'href="(/admin/trail\?patient=[^"]+)"', number)
    assert len(links) >= 2
    answer = await office.browser.get(links[0])
    assert 'class="trail__line"' in answer.text
    hs = re.search(r'hush num">(HS-\d+)<', number)
    assert hs
    assert await office.lines(patient=hs[1].lower()) != []


async def test_what_cannot_be_understood_is_named_and_shows_no_line(office: Office) -> None:
    for asked, words in (
        ({"patient": "Nobody of this name"}, "Nobody here has this name"),
        ({"person": new_id()}, "Nobody here has this name"),
        ({"first": "yesterday"}, "Please give a day"),
        ({"last": "2026-02-30"}, "Please give a day"),
        ({"first": "2026-11-02", "last": "2026-11-01"}, "lies before"),
    ):
        text = (await office.page(**asked)).text
        assert words in text
        assert 'aria-invalid="true"' in text
        assert 'class="trail__line"' not in text
        saved = await office.browser.get("/admin/trail.csv?" + urlencode(asked))
        assert (saved.status, saved.headers["Location"][:13]) == (303, "/admin/trail?")


@pytest.mark.parametrize(
    "query",
    [
        "patient=" + "x" * 5000, "patient=%00", "patient=%F0%9F%A9%BA&person=%D8%A3",
        "before=1", "before=0193a0b8-0000-7000-8000-000000000000", "group=none&outcome=none",
        "patient=&person=&first=",
        "patient=%FF", "patient=<script>alert(1)</script>", "first=%D9%A2", "last=9999-12-31",
        "first=0001-01-01",
    ],
)  # fmt: skip
async def test_hostile_questions_are_answered(office: Office, query: str) -> None:
    answer = await office.browser.get(f"/admin/trail?{query}")
    assert answer.status == 200
    assert "<script>alert" not in answer.text
    assert (await office.browser.get(f"/admin/trail.csv?{query}")).status in (200, 303)


async def test_pages_follow_each_other_to_the_oldest_line(house: House) -> None:
    clinic = await make_clinic(house.units)
    auditor = await make_staff(house.units, clinic, Role.ADMIN)
    patient = await make_patient(house.units, clinic)
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(Person, patient.id)
        for number in range(120):
            name = Name(f"Kin{number}", "Lindqvist")
            await add_relative(unit, clinic, row, name, "friend")
    browser = await house.signed_in(auditor)
    address, seen = f"/admin/trail?patient={patient.id}", []
    for _ in range(4):
        text = (await browser.get(address)).text
        seen.append(len(re.findall(r'class="trail__line"', text)))
        older = re.search(r'href="(/admin/trail\?[^"]*before=[^"]+)"', text)
        if older is None:
            break
        address = older[1].replace("&amp;", "&")
    # The third page shows, beside the rest, nothing of what the readings themselves added.
    assert seen == [50, 50, 21]
    assert "To the newest" in text
    table = await browser.get(f"/admin/trail.csv?patient={patient.id}")
    assert table.text.count("\r\n") == 1 + 121 + 2


async def test_reading_and_saving_the_trail_are_lines_of_it(house: House, office: Office) -> None:
    def own(**wanted: object) -> dict[str, object]:
        return {"actor_id": office.auditor.id, **wanted}

    house.clock.move(days=2)
    office.browser = await house.signed_in(office.auditor)
    await office.page(patient=office.other.id)
    await office.page(patient=office.other.id)
    await office.table(patient=office.other.id)
    read = (await house.trail(**own(action="trail.read", patient_id=office.other.id)))[-1]
    assert read.count == 2
    assert (read.outcome, read.object_kind) == ("read", "trail")
    (saved, *_) = (await house.trail(**own(action="trail.export")))[::-1]
    assert (saved.patient_id, saved.outcome) == (office.other.id, "done")


async def test_a_table_holds_no_formula_and_names_every_script(house: House) -> None:
    clinic = await make_clinic(house.units)
    auditor = await make_staff(house.units, clinic, Role.ADMIN)
    for given in ('=HYPERLINK("http://x","y")', "@SUM", "+1", "-1", " =1", "Ḥāʾid", "李"):
        await make_patient(house.units, clinic, given)
    browser = await house.signed_in(auditor)
    answer = await browser.get("/admin/trail.csv?group=record")
    assert answer.body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    names = {row[5] for row in rows[1:]}
    assert {name.split()[0] for name in names} >= {'\'=HYPERLINK("http://x","y")', "Ḥāʾid", "李"}
    cells = [cell.lstrip(" ") for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@"))] == []
    assert {len(row) for row in rows} == {16}


async def test_nothing_of_another_clinic_is_shown(house: House, office: Office) -> None:
    clinic = await make_clinic(house.units, "Hill")
    auditor = await make_staff(house.units, clinic, Role.ADMIN)
    browser = await house.signed_in(auditor)
    text = (await browser.get("/admin/trail")).text
    for name in (office.other.name, office.visit.gp.name, office.visit.patient.name):
        assert name not in text
    asked = await browser.get(f"/admin/trail?patient={office.other.id}")
    assert "Nobody here has this name" in asked.text
    assert office.other.name not in asked.text
    before = (await house.trail(patient_id=office.other.id))[-1].id
    assert office.other.name not in (await browser.get(f"/admin/trail?before={before}")).text


async def test_a_head_request_tells_the_type_and_nothing_else(office: Office) -> None:
    answer = await office.browser.request("HEAD", "/admin/trail.csv")
    assert (answer.status, answer.body) == (200, b"")


async def test_strangers_are_asked_to_sign_in(house: House) -> None:
    answer = await house.browser().get("/admin/trail?patient=x")
    assert (answer.status, answer.headers["Location"]) == (302, "/?next=/admin/trail")
    assert (await house.browser().get("/admin/trail.csv")).status == 404
