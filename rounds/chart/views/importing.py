"""The pages that bring a caseload sheet in: choose it, see what it would do, let it in."""

import asyncio
import json
from typing import Any

from aiohttp import BodyPartReader, web

from rounds.chart.desk import Desk
from rounds.chart.importing import (
    VERDICT_WORDS,
    Progress,
    ask,
    bring,
    confirm,
    discard,
    latest,
    read_progress,
    report,
)
from rounds.chart.model import CaseloadRow, Stage, Verdict
from rounds.chart.sheet import read_sheet
from rounds.chart.sheet.decoding import LARGEST_BYTES
from rounds.chart.views.parts import known, refusal_status, staff_only, translator, trouble
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid, Refusal
from rounds.people.frame import staff_frame
from rounds.web.doors import Door
from rounds.web.keys import PAGES, UNITS
from rounds.web.request import Body, form_body, language, page, reading, writing

DESK = web.AppKey("caseload_desk", Desk)
# What a form adds around the file: names, limits and line ends.
AROUND = 64 * 1024


class EnterForm(Body):
    """Whether rows that look like a known patient are added, too."""

    alike: bool = False


async def choose(request: web.Request) -> web.Response:
    """Show the form for a sheet, and the way to the last one."""
    staff_only(request)
    return await _form(request, None)


async def upload(request: web.Request) -> web.StreamResponse:
    """Take a sheet and begin to check it."""
    async with reading(request) as unit:
        # Before a byte of the file: it is large, and not everybody may bring one.
        ask(unit)
    try:
        request.app[DESK].refuse_more()
        content = await _file(request)
        # In a thread: ten megabytes take longer to decode than a call may wait.
        sheet = await asyncio.to_thread(read_sheet, content)
        async with writing(request) as unit:
            row = await bring(unit)
    except (Invalid, Conflict) as refusal:
        return await _form(request, refusal)
    request.app[DESK].check(row.id, sheet)
    raise web.HTTPSeeOther(f"/patients/import/{row.id}")


async def show(request: web.Request) -> web.Response:
    """Show how far a sheet has come."""
    staff_only(request)
    return await _progress(request, None)


async def enter(request: web.Request) -> web.StreamResponse:
    """Let a checked sheet in, or go on with one that was interrupted."""
    id = known(request, "import")
    form = await form_body(request, EnterForm)
    try:
        async with writing(request) as unit:
            await confirm(unit, id, form.alike)
        async with reading(request) as unit:
            sheet = (await read_progress(unit, id)).sheet
    except Conflict as refusal:
        return await _progress(request, refusal)
    desk = request.app[DESK]
    if sheet.stage == Stage.ENTERING and not desk.works_on(sheet):
        desk.enter(id)
    raise web.HTTPSeeOther(f"/patients/import/{id}")


async def forget(request: web.Request) -> web.StreamResponse:
    """Throw a sheet away with everything that was read from it."""
    try:
        async with writing(request) as unit:
            await discard(unit, known(request, "import"))
    except Conflict as refusal:
        return await _progress(request, refusal)
    raise web.HTTPSeeOther("/patients/import")


async def report_csv(request: web.Request) -> web.Response:
    """Return the report of a sheet."""
    staff_only(request)
    async with reading(request) as unit:
        slices = report(request.app[UNITS], unit, known(request, "import"), translator(request))
        text = "".join([one async for one in slices])
    return web.Response(
        # With its mark, or spreadsheets take it for another encoding.
        body=text.encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="caseload-report.csv"'},
    )


async def _file(request: web.Request) -> bytes:
    """Return the file of the form. Raises Invalid for none, and as soon as it is too large."""
    if request.content_type != "multipart/form-data":
        raise Invalid("Please use the form of this page.")
    if (request.content_length or 0) > LARGEST_BYTES + AROUND:
        raise _too_large()
    try:
        parts = await request.multipart()
        while (part := await parts.next()) is not None:
            if isinstance(part, BodyPartReader) and part.name == "sheet":
                return await _read(part)
    except (ValueError, LookupError, RuntimeError, AssertionError):
        # A body that is no multipart, whatever its heading says.
        raise Invalid("This form could not be read.") from None
    raise Invalid("Please choose a file.", {"sheet": "Please choose a CSV file."})


async def _read(part: BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        if len(content) > LARGEST_BYTES:
            raise _too_large()
    if not content and not part.filename:
        raise Invalid("Please choose a file.", {"sheet": "Please choose a CSV file."})
    return bytes(content)


def _too_large() -> Invalid:
    return Invalid(
        "This file is larger than 10 MB. Please cut it into parts.",
        {"sheet": "Please choose a smaller file."},
    )


async def _form(request: web.Request, refusal: Refusal | None) -> web.Response:
    async with reading(request) as unit:
        last = await latest(unit)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    return page(
        request,
        "chart/import.html",
        refusal_status(refusal),
        **frame,
        **trouble(request, refusal),
        last=f"/patients/import/{last.id}" if last else None,
    )


async def _progress(request: web.Request, refusal: Refusal | None) -> web.Response:
    async with reading(request) as unit:
        found = await read_progress(unit, known(request, "import"))
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    return page(
        request,
        "chart/sheet.html",
        refusal_status(refusal),
        **frame,
        **trouble(request, refusal),
        **_values(request, found),
    )


def _values(request: web.Request, found: Progress) -> dict[str, Any]:
    translate, sheet = translator(request), found.sheet
    works = request.app[DESK].works_on(sheet)
    counts = {str(one): found.counts.get(one, 0) for one in Verdict}
    done = sum(counts[one] for one in (Verdict.ADDED, Verdict.KNOWN, Verdict.FAULTY))
    return {
        "url": f"/patients/import/{sheet.id}",
        "stage": str(sheet.stage),
        "works": works,
        "total": sheet.total,
        "counts": counts,
        "done": min(done, sheet.total),
        "trouble": translate(sheet.trouble) if sheet.trouble else None,
        "rows": [_row(row, translate) for row in found.rows],
    }


def _row(row: CaseloadRow, translate: Any) -> dict[str, Any]:
    fields = json.loads(row.fields)
    return {
        "line": row.line,
        "name": f"{fields.get('given', '')} {fields.get('family', '')}".strip(),
        "number": fields.get("number", ""),
        "verdict": str(row.verdict),
        "words": translate(VERDICT_WORDS[Verdict(row.verdict)]),
        "column": (row.column or "").replace("_", " "),
        "reason": translate(row.reason) if row.reason else "",
    }


DOORS = [
    Door("GET", "/patients/import", Action.CASELOAD_IMPORT, choose),
    Door("POST", "/patients/import", Action.CASELOAD_IMPORT, upload),
    Door("GET", "/patients/import/{import}", Action.CASELOAD_IMPORT, show),
    Door("POST", "/patients/import/{import}/enter", Action.CASELOAD_IMPORT, enter),
    Door("POST", "/patients/import/{import}/discard", Action.CASELOAD_IMPORT, forget),
    Door("GET", "/patients/import/{import}/report.csv", Action.CASELOAD_IMPORT, report_csv),
]
