"""Who gets in at the doors about patients."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import aiohttp

from rounds.chart.model import CaseloadImport, Stage
from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.kernel.signing import Signer
from rounds.people.contacts import add_contact
from rounds.people.model import Person, System
from tests.consent.cast import OFFICE, STAFF, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser
from tests.making.people import make_patient

ADDING = STAFF
REGISTERING = OFFICE | {Tie.MEMBER}
OF_PATIENT = "/patients/{patient}"
_numbers = count(1)
SHEET = b"given name,family name,born,number\r\nNoor,Haddad,2001-04-05,X-1\r\n"


def adding() -> Cell:
    async def ask(browser: Browser, cast: Cast) -> Any:
        number = next(_numbers)
        form = {"given": f"Noor{number}", "family": "Haddad", "born": "2001-04-05"}
        return await browser.post("/patients/new", data=form | {"number": f"X-{number}"})

    return Cell("POST /patients/new", ask, frozenset(ADDING))


def forgetting() -> Cell:
    async def ask(browser: Browser, cast: Cast) -> Any:
        async with cast.house.units(SYSTEM) as unit:
            person = await unit.session.get_one(Person, cast.visit.patient.id)
            signer: Signer = cast.house.foundation.signer
            email = f"mara{next(_numbers)}@lindqvist.example"
            row = await add_contact(unit, signer, person, System.EMAIL, email, "GB")
        path = f"/patients/{cast.visit.patient.id}/contacts/{row.id}/remove"
        answer = await browser.post(path, data={"x": "1"})
        if answer.status == 303:
            return answer
        async with cast.house.units(SYSTEM) as unit:
            kept = await unit.session.get_one(type(row), row.id)
            assert kept.removed_at is None
            kept.removed_at = unit.now
        return answer

    door = "POST /patients/{patient}/contacts/{contact}/remove"
    return Cell(door, ask, frozenset(REGISTERING))


def beginning() -> Cell:
    """A patient without a team has nobody but the office who may begin one."""

    async def ask(browser: Browser, cast: Cast) -> Any:
        patient = await make_patient(cast.house.units, cast.visit.clinic)
        form = {"lead": cast.visit.gp.id, "coordinator": cast.visit.gp.id}
        return await browser.post(f"/patients/{patient.id}/team/begin", data=form)

    return Cell("POST /patients/{patient}/team/begin", ask, frozenset(OFFICE))


def bringing() -> Cell:
    async def ask(browser: Browser, cast: Cast) -> Any:
        form = aiohttp.FormData()
        form.add_field("sheet", SHEET, filename="caseload.csv", content_type="text/csv")
        return await browser.post("/patients/import", data=form)

    return Cell("POST /patients/import", ask, frozenset(OFFICE))


def of_sheet(
    method: str,
    rest: str,
    send: Callable[[Browser, str], Awaitable[Any]],
    page: bool = False,
) -> Cell:
    async def ask(browser: Browser, cast: Cast) -> Any:
        async with cast.house.units(SYSTEM) as unit:
            sheet = CaseloadImport(
                id=new_id(),
                clinic_id=cast.visit.clinic.id,
                made_by=cast.staff[Tie.ADMIN].id,
                made_at=unit.now,
                stage=Stage.CHECKED,
            )
            unit.session.add(sheet)
        return await send(browser, f"/patients/import/{sheet.id}{rest}")

    door = f"{method} /patients/import/{{import}}{rest}"
    return Cell(door, ask, frozenset(OFFICE), page=page)


async def get(browser: Browser, path: str) -> Any:
    return await browser.get(path)


async def post(browser: Browser, path: str) -> Any:
    return await browser.post(path, data={"alike": "false"})


CELLS = [
    cell("GET /patients", "/patients", STAFF, page=True),
    cell("GET /patients/new", "/patients/new", ADDING, page=True),
    adding(),
    cell(f"GET {OF_PATIENT}", OF_PATIENT, REGISTERING, page=True),
    cell(f"GET {OF_PATIENT}/identity", f"{OF_PATIENT}/identity", REGISTERING, page=True),
    cell(
        f"POST {OF_PATIENT}/identity",
        f"{OF_PATIENT}/identity",
        REGISTERING,
        data={"given": "M", "family": "L", "born": "1991-09-03", "number": "N-{patient}"},
    ),
    cell(f"GET {OF_PATIENT}/people", f"{OF_PATIENT}/people", REGISTERING, page=True),
    cell(
        f"POST {OF_PATIENT}/people",
        f"{OF_PATIENT}/people",
        REGISTERING,
        data={"given": "Ada", "relationship": "friend"},
    ),
    cell(
        "POST /patients/{patient}/people/{relative}",
        "/patients/{patient}/people/{relative}",
        REGISTERING,
        data={"given": "Ada", "relationship": "friend", "language": "sv"},
    ),
    cell(
        "POST /patients/{patient}/people/{relative}/end",
        "/patients/{patient}/people/{relative}/end",
        REGISTERING,
        data={},
    ),
    cell(
        f"POST {OF_PATIENT}/contacts",
        f"{OF_PATIENT}/contacts",
        REGISTERING,
        data={"person": "{patient}", "email": "mara@lindqvist.example"},
    ),
    forgetting(),
    cell(f"GET {OF_PATIENT}/team", f"{OF_PATIENT}/team", REGISTERING, page=True),
    beginning(),
    cell(
        f"POST {OF_PATIENT}/team/add",
        f"{OF_PATIENT}/team/add",
        REGISTERING,
        data={"person": "{gp}"},
    ),
    cell(
        f"POST {OF_PATIENT}/team/remove",
        f"{OF_PATIENT}/team/remove",
        REGISTERING,
        data={"person": "{gp}"},
    ),
    cell(
        f"POST {OF_PATIENT}/team/hand-over",
        f"{OF_PATIENT}/team/hand-over",
        REGISTERING,
        data={"matter": "alerts", "person": "{gp}", "reason": "holiday"},
    ),
    cell("GET /patients/import", "/patients/import", OFFICE, page=True),
    bringing(),
    of_sheet("GET", "", get, page=True),
    of_sheet("POST", "/enter", post),
    of_sheet("POST", "/discard", post),
    of_sheet("GET", "/report.csv", get, page=True),
]
