"""Who gives, reads, answers and changes a task, at work and at home."""

from dataclasses import replace
from typing import Any

from rounds.consent.giving import give
from rounds.consent.model import Purpose, Scope
from rounds.kernel.actor import SYSTEM
from rounds.people.model import Patient
from tests.consent.cast import AT_HOME, OFFICE, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser
from tests.making.tasks import make_task

OWNER = {Tie.MEMBER}
FAMILY = {Tie.AT_HOME, Tie.SUPPORTER}
RECORD = "/patients/{patient}/tasks"
FORM = {"subject": "Send the letter", "owner": "{member}", "days": "5"}


async def _task(browser: Browser, cast: Cast, at_home: bool) -> str:
    """A task of the member of the team; at home the sister's own, or the patient's."""
    visit, units = cast.visit, cast.house.units
    if not at_home:
        return await make_task(units, visit.patient, cast.ids["member"])
    async with units(SYSTEM) as unit:
        row = await unit.session.get_one(Patient, visit.patient.id)
        until = unit.now.replace(year=unit.now.year + 1)
        scopes = frozenset({Scope.VISITS, Scope.TASKS})
        await give(unit, row, Purpose.FAMILY, row.person_id, cast.ids["relative"], scopes, until)
    hers = browser is cast.opened.get(Tie.SUPPORTER)
    return await make_task(units, visit.patient, cast.ids["relative"] if hers else visit.patient.id)


def _cell(door: str, allowed: set[Tie], **form: str) -> Cell:
    reads, at_home = door.startswith("GET"), "/my/" in door

    async def ask(browser: Browser, cast: Cast) -> Any:
        task = await _task(browser, cast, at_home)
        if "{task}/plan" in door:
            owner = await cast.browser(Tie.MEMBER)
            await owner.post(f"/tasks/{task}/answer", data={"deed": "done"})
        path = door.partition(" ")[2].replace("{task}", task)
        return await (browser.get(path) if reads else browser.post(path, data=form))

    made = Cell(door, ask, frozenset(allowed), page=reads)
    return replace(made, sign_in="/my/sign-in", within=frozenset(AT_HOME)) if at_home else made


CELLS = [
    cell(f"GET {RECORD}", RECORD, {Tie.MEMBER} | OFFICE, page=True),
    cell(f"POST {RECORD}", RECORD, {Tie.MEMBER} | OFFICE, data=FORM),
    _cell("GET /tasks/{task}", OWNER),
    _cell("POST /tasks/{task}/answer", OWNER, deed="done"),
    _cell("POST /tasks/{task}/change", OWNER, deed="cancel", words="Done by others."),
    _cell("POST /tasks/{task}/plan", OWNER),
    _cell("GET /my/tasks/{task}", FAMILY),
    _cell("POST /my/tasks/{task}/answer", FAMILY, deed="done"),
]
