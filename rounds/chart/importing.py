"""A caseload sheet from its bringing to its report: who may, and what stands at each stage."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from rounds.audit import trail
from rounds.chart.model import CaseloadImport, CaseloadRow, Stage, Verdict, without_rows
from rounds.chart.queries.sheets import (
    imports_of,
    last_import,
    locked_import,
    rows_with,
    verdicts,
)
from rounds.chart.sheet.columns import FAMILY, GIVEN, NUMBER
from rounds.chart.sheet.rows import FORMULA
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_

ROWS_SHOWN = 100
TO_LOOK_AT = (Verdict.FAULTY, Verdict.ALIKE, Verdict.KNOWN)
REPORT_SLICE = 500

VERDICT_WORDS = {
    Verdict.NEW: N_("will be added"),
    Verdict.KNOWN: N_("exists already"),
    Verdict.ALIKE: N_("looks like a known patient"),
    Verdict.FAULTY: N_("error"),
    Verdict.ADDED: N_("added"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A sheet, how many rows have which verdict, and the first ones that want a look."""

    sheet: CaseloadImport
    counts: Mapping[Verdict, int]
    rows: Sequence[CaseloadRow]


def ask(unit: Unit) -> str:
    """Return the clinic whose caseload the actor may bring. Raises NotFound for others."""
    thing = Thing("clinic", unit.actor.clinic, unit.actor.clinic)
    require(unit, Action.CASELOAD_IMPORT, thing)
    if unit.actor.clinic is None or unit.actor.person is None:
        raise NotFound("There is nothing here for you.")
    return unit.actor.clinic


async def bring(unit: Unit) -> CaseloadImport:
    """Begin with a new sheet; older ones of this person are forgotten."""
    clinic = ask(unit)
    person = unit.actor.person or ""
    await _forget(unit, await imports_of(unit.session, clinic, person))
    row = CaseloadImport(id=new_id(), clinic_id=clinic, made_by=person, made_at=unit.now)
    unit.session.add(row)
    await unit.session.flush()
    await trail.record(unit, "caseload.check", "import", row.id, clinic=clinic)
    return row


async def latest(unit: Unit) -> CaseloadImport | None:
    """Return the newest sheet of the actor's clinic."""
    return await last_import(unit.session, ask(unit))


async def read_progress(unit: Unit, id: str) -> Progress:
    """Return how far a sheet has come."""
    sheet = await _sheet(unit, id)
    return Progress(
        sheet,
        await verdicts(unit.session, id),
        await rows_with(unit.session, id, TO_LOOK_AT, ROWS_SHOWN),
    )


async def confirm(unit: Unit, id: str, with_alike: bool) -> bool:
    """Let a checked sheet in; return whether this press was the first."""
    sheet = await _sheet(unit, id)
    if sheet.stage in (Stage.ENTERING, Stage.DONE):
        return False
    if sheet.stage != Stage.CHECKED:
        raise Conflict("This sheet is not checked yet.")
    sheet.stage, sheet.with_alike = Stage.ENTERING, with_alike
    await trail.record(unit, "caseload.enter", "import", id, clinic=sheet.clinic_id)
    return True


async def discard(unit: Unit, id: str) -> None:
    """Forget a sheet and everything read from it. Raises Conflict while it is being entered."""
    sheet = await _sheet(unit, id)
    if sheet.stage in (Stage.CHECKING, Stage.ENTERING):
        raise Conflict("This sheet is being worked on. Please wait until it is done.")
    await _forget(unit, [sheet])


async def report(
    units: Units, unit: Unit, id: str, translate: Callable[[str], str]
) -> AsyncIterator[str]:
    """Give the report of a sheet as CSV, in slices; no cell of it can act as a formula."""
    await _sheet(unit, id)
    heading = ["line", "result", "column", "reason", "number", "given name", "family name"]
    yield _csv([heading])
    after = 0
    while True:
        async with units.reading(unit.actor) as own:
            rows = await rows_with(own.session, id, Verdict, REPORT_SLICE, after)
        yield _csv([_line(row, translate) for row in rows])
        if len(rows) < REPORT_SLICE:
            return
        after = rows[-1].line


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _line(row: CaseloadRow, translate: Callable[[str], str]) -> list[str]:
    fields = json.loads(row.fields)
    return [
        str(row.line),
        translate(VERDICT_WORDS[Verdict(row.verdict)]),
        (row.column or "").replace("_", " "),
        translate(row.reason) if row.reason else "",
        *(str(fields.get(name, "")) for name in (NUMBER, GIVEN, FAMILY)),
    ]


def _csv(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[harmless(cell) for cell in line] for line in lines])
    return text.getvalue()


async def _sheet(unit: Unit, id: str) -> CaseloadImport:
    clinic = ask(unit)
    sheet = await locked_import(unit.session, id)
    if sheet is None or sheet.clinic_id != clinic:
        raise NotFound("There is nothing here for you.")
    return sheet


async def _forget(unit: Unit, sheets: Sequence[CaseloadImport]) -> None:
    await unit.session.execute(without_rows([sheet.id for sheet in sheets]))
    for sheet in sheets:
        await unit.session.delete(sheet)
