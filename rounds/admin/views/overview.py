"""The page of the clinic at a glance."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from rounds.admin.overview import Overview, read_overview
from rounds.admin.views.entrance import only_staff
from rounds.consent.actions import Action
from rounds.people.frame import staff_frame
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SETTINGS
from rounds.web.request import language, page, reading


async def overview(request: web.Request) -> web.Response:
    """Show what is to be set up, the day in numbers and what is not well."""
    only_staff(request)
    pages, words = request.app[PAGES], language(request)
    async with reading(request) as unit:
        found = await read_overview(unit, request.app[SETTINGS].data)
        frame = await staff_frame(unit, pages, words)
    return page(
        request,
        "admin/overview.html",
        **frame,
        date=found.now,
        steps=found.steps,
        done=found.done,
        numbers=found.numbers,
        connections=found.connections,
        findings=_findings(found, pages.languages.translator(words)),
        backup_at=found.backup.at.astimezone(found.now.tzinfo) if found.backup else None,
    )


def _findings(found: Overview, translate: Callable[[str], str]) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "what": translate(one.what) % one.values,
            "fix": translate(one.fix) % one.values,
            "place": one.place,
            "grave": one.refuses,
        }
        for one in found.findings
    ]


DOORS = [Door("GET", "/admin", Action.CLINIC_READ, overview)]
