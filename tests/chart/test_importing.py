"""A caseload sheet on its way in: checked first, whole rows or none, and again without harm."""

import asyncio
import csv
import io
from typing import Any

import aiohttp
import pytest

from rounds.accounts.queries.staff import account_of
from rounds.chart.desk import Desk
from rounds.chart.model import CaseloadImport, Stage
from rounds.chart.sheet.decoding import LARGEST_BYTES
from rounds.kernel.actor import SYSTEM, Role
from rounds.people.queries import contact_points, kin_of, open_responsibilities, patients_of
from tests.making.browser import Answer, Browser
from tests.making.charts import add, make_office
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.people import make_clinic, make_staff
from tests.making.waiting import eventually

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

HEADING = (
    "Given name;Family name;Born;Number;Language;E-mail;Phone;Lead;Coordinator;"
    "Relative name;Relationship;Relative phone"
)


def sheet(*rows: str, heading: str = HEADING) -> bytes:
    return "\r\n".join([heading, *rows]).encode("utf-8-sig")


async def upload(browser: Browser, content: bytes) -> Answer:
    form = aiohttp.FormData()
    # From a stream: so much in one piece is what no browser sends either.
    form.add_field("sheet", io.BytesIO(content), filename="caseload.csv", content_type="text/csv")
    return await browser.post("/patients/import", data=form)


async def brought(browser: Browser, content: bytes) -> str:
    """Bring a sheet and wait until it is checked; return its path."""
    answer = await upload(browser, content)
    assert answer.status == 303, answer.text
    path = answer.headers["Location"]
    await eventually(lambda: at(browser, path, "checked", "stopped"))
    return path


async def at(browser: Browser, path: str, *stages: str) -> bool:
    text = (await browser.get(path)).text
    return any(f'data-stage="{stage}"' in text for stage in stages)


async def entered(browser: Browser, path: str, **form: str) -> None:
    assert (await browser.post(f"{path}/enter", data=form or {"alike": "false"})).status == 303
    await eventually(lambda: at(browser, path, "done"), 60)


async def report(browser: Browser, path: str) -> list[list[str]]:
    answer = await browser.get(f"{path}/report.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))


async def names(house: House, clinic: str) -> list[str]:
    async with house.units.reading(SYSTEM) as unit:
        return sorted(person.name for person, _ in await patients_of(unit.session, clinic))


async def test_a_sheet_is_checked_then_entered_row_by_row(house: House) -> None:
    clinic, coordinator, gp = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    await add(browser, number="KNOWN-1")
    await add(browser, given="Ruth", family="Abebe", born="1963-01-02")
    content = sheet(
        f"نور;حدّاد;5.4.2001;N-1;Arabic;noor@haddad.example;020 7946 0999;{gp.email};"
        f"{coordinator.email.upper()};Ida Haddad;sister;+447700900271",
        "Anna;Berg;1990-01-01;known-1;;;;;;;;",
        "ruth;ABEBE;1963-01-02;N-2;;;;;;;;",
        "Bad;Date;31.2.1990;N-3;;;;;;;;",
        "=1+1;Formula;1990-01-01;N-4;;;;;;;;",
        "Twice;Number;1990-01-01;n-1;;;;;;;;",
        "Plain;Person;1990-01-01;N-5;;;;;;;;",
    )
    before = await names(house, clinic.id)
    path = await brought(browser, content)
    text = (await browser.get(path)).text
    assert "Add 2 patients" in text
    assert "looks like a known patient" in text
    assert await names(house, clinic.id) == before
    await entered(browser, path)
    assert await names(house, clinic.id) == sorted([*before, "نور حدّاد", "Plain Person"])
    assert [(line[0], line[1], line[2]) for line in await report(browser, path)] == [
        ("line", "result", "column"),
        ("2", "added", ""),
        ("3", "exists already", ""),
        ("4", "looks like a known patient", ""),
        ("5", "error", "born"),
        ("6", "error", "given"),
        ("7", "error", "number"),
        ("8", "added", ""),
    ]
    async with house.units.reading(SYSTEM) as unit:
        found = await patients_of(unit.session, clinic.id)
        noor = next(person for person, row in found if row.number == "N-1")
        assert noor.language == "ar"
        assert [one.value for one in await contact_points(unit.session, noor.id)] == [
            "noor@haddad.example", "+442079460999",
        ]  # fmt: skip
        held = {
            one.matter: one.person_id for one in await open_responsibilities(unit.session, noor.id)
        }
        assert held == {"lead": gp.id, "alerts": gp.id, "coordination": coordinator.id}
        ((ida, tie),) = await kin_of(unit.session, noor.id)
        assert (ida.name, tie.relationship) == ("Ida Haddad", "sister")
    (line,) = await house.trail(action="patient.add", patient_id=noor.id)
    assert line.actor_id == coordinator.id


async def test_bringing_the_same_sheet_again_adds_nobody_twice(house: House) -> None:
    clinic, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    content = sheet(*(f"P{n};Q;1990-01-01;N-{n};;;;;;;;" for n in range(5)))
    for _ in range(2):
        await entered(browser, await brought(browser, content))
    assert len(await names(house, clinic.id)) == 5


async def test_rows_that_look_alike_come_in_when_somebody_says_so(house: House) -> None:
    clinic, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    await add(browser, given="Ruth", family="Abebe", born="1963-01-02")
    path = await brought(browser, sheet("Ruth;Abebe;1963-01-02;N-2;;;;;;;;"))
    await entered(browser, path, alike="true")
    assert await names(house, clinic.id) == ["Ruth Abebe"] * 2


async def test_what_changed_between_check_and_entry_is_seen_again(house: House) -> None:
    clinic, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    path = await brought(browser, sheet("A;B;1990-01-01;N-1;;;;;;;;", "C;D;1990-01-01;N-2;;;;;;;;"))
    await add(browser, number="n-1", given="Faster")
    await add(browser, given="c", family="d", born="1990-01-01")
    await entered(browser, path)
    assert [line[1] for line in (await report(browser, path))[1:]] == [
        "exists already", "looks like a known patient",
    ]  # fmt: skip
    assert len(await names(house, clinic.id)) == 2


async def test_a_row_that_cannot_be_entered_any_more_leaves_nothing_of_itself(
    house: House,
) -> None:
    clinic, coordinator, gp = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    row = f"A;B;1990-01-01;N-1;;a@b.example;;{gp.email};{coordinator.email};Ida;sister;"
    path = await brought(browser, sheet(row, "C;D;1990-01-01;N-2;;;;;;;;"))
    async with house.units(SYSTEM) as unit:
        account = await account_of(unit.session, gp.id)
        assert account is not None
        account.active = False
    await entered(browser, path)
    assert await names(house, clinic.id) == ["C D"]
    assert (await report(browser, path))[1][1:4] == [
        "error", "", "This person does not work here any more.",
    ]  # fmt: skip


async def test_an_interrupted_entry_goes_on_where_it_stopped(house: House) -> None:
    clinic, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    content = sheet(*(f"P{n};Q;1990-01-01;N-{n};;;;;;;;" for n in range(30)))
    path = await brought(browser, content)
    id = path.rpartition("/")[2]
    async with house.units(SYSTEM) as unit:
        (await unit.session.get_one(CaseloadImport, id)).stage = Stage.ENTERING
    text = (await browser.get(path)).text
    assert "This was interrupted." in text
    # As after a restart: a new desk finds what stands in the database.
    foundation = house.foundation
    desk = Desk(foundation.units, foundation.signer, foundation.tasks)
    await desk.resume()
    await eventually(lambda: at(browser, path, "done"), 60)
    assert len(await names(house, clinic.id)) == 30


async def test_an_interrupted_check_asks_for_the_sheet_again(house: House) -> None:
    _, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    path = await brought(browser, sheet("A;B;1990-01-01;N-1;;;;;;;;"))
    async with house.units(SYSTEM) as unit:
        row = await unit.session.get_one(CaseloadImport, path.rpartition("/")[2])
        row.stage = Stage.CHECKING
    assert "Please bring the sheet again" in (await browser.get(path)).text
    answer = await browser.post(f"{path}/enter", data={"alike": "false"})
    assert answer.status == 409


async def test_pressing_twice_enters_once(house: House) -> None:
    clinic, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    path = await brought(browser, sheet(*(f"P{n};Q;1990-01-01;{n};;;;;;;;" for n in range(8))))
    answers = await asyncio.gather(
        *(browser.post(f"{path}/enter", data={"alike": "false"}) for _ in range(4))
    )
    assert {answer.status for answer in answers} == {303}
    await eventually(lambda: at(browser, path, "done"), 60)
    assert len(await names(house, clinic.id)) == 8


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04" + b"\x00" * 500, "save it as CSV"),
        (b"\x00\x01\x02\x03" * 50, "not a CSV"),
        (b"", "empty"),
        (b"a,b,c\n1,2,3", "has to name the columns"),
        (b"x" * (LARGEST_BYTES + 1), "larger than 10 MB"),
    ],
    ids=["archive", "binary", "empty", "no heading", "too large"],
)
async def test_what_is_no_sheet_is_refused_on_the_page(
    house: House, content: bytes, sentence: str
) -> None:
    _, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    answer = await upload(browser, content)
    assert answer.status == 422
    assert sentence in answer.text


async def test_other_bodies_than_a_file_are_refused(house: House) -> None:
    _, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    bodies: list[dict[str, Any]] = [
        {"data": {"sheet": "text"}},
        {"json": {"sheet": "x"}},
        {"data": b"rubbish", "headers": {"Content-Type": "multipart/form-data"}},
        {"data": b"rubbish", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"data": b"--x\r\n\r\nno name\r\n--x--\r\n",
         "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    ]  # fmt: skip
    for body in bodies:
        assert (await browser.post("/patients/import", **body)).status == 422, body


async def test_a_sheet_that_breaks_off_names_the_line(house: House) -> None:
    clinic, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    good = "A;B;1990-01-01;N-1;;;;;;;;"
    path = await brought(browser, sheet(good, '"never closed;' + "x" * 200_000))
    text = (await browser.get(path)).text
    assert 'data-stage="stopped"' in text
    assert "It is about line 3." in text
    assert await names(house, clinic.id) == []


async def test_sheets_belong_to_their_clinic_and_can_be_thrown_away(house: House) -> None:
    _, coordinator, gp = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    path = await brought(browser, sheet("A;B;1990-01-01;N-1;;;;;;;;"))
    foreign = await make_staff(house.units, await make_clinic(house.units), Role.ADMIN)
    for other in (await house.signed_in(foreign), await house.signed_in(gp)):
        assert (await other.get(path)).status == 404
        assert (await other.get(f"{path}/report.csv")).status == 404
        assert (await other.post(f"{path}/enter", data={"alike": "false"})).status == 404
    assert (await browser.post(f"{path}/discard")).status == 303
    assert (await browser.get(path)).status == 404


async def test_a_long_check_leaves_the_loop_to_others(house: House) -> None:
    """While 3,000 rows are checked, another question is answered as if there were none."""
    _, coordinator, _ = await make_office(house.units)
    browser = await house.signed_in(coordinator)
    rows = [f"P{n};Q;1990-01-01;N-{n};;p{n}@q.example;020 7946 0999;;;;;" for n in range(3000)]
    answer = await upload(browser, sheet(*rows))
    path = answer.headers["Location"]
    loop, late = asyncio.get_running_loop(), []
    while not await at(browser, path, "checked"):
        due = loop.time() + 0.01
        await asyncio.sleep(0.01)
        late.append(loop.time() - due)
    assert "Add 3000 patients" in (await browser.get(path)).text
    late.sort()
    # A running call is promised 100 ms at the 99th percentile; here three times of it.
    assert late[int(len(late) * 0.99)] < 0.3
