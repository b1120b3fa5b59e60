"""The page of what is kept how long, its dry run, and the hold that stops all deleting."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.admin.clinic import clinic_to_read, hold_clinic, keep_records
from rounds.admin.views.entrance import only_staff
from rounds.consent.actions import Action
from rounds.kernel.errors import Forbidden
from rounds.kernel.unit import Unit
from rounds.people.clinic import RECORD_YEARS
from rounds.people.frame import staff_frame
from rounds.retention.nightly import next_quiet_hour
from rounds.retention.queries import last_run
from rounds.retention.rules import RULES, kept_days
from rounds.retention.running import count_over
from rounds.web.doors import Door
from rounds.web.errors import speaks_json, status_of
from rounds.web.keys import PAGES
from rounds.web.request import Body, form_body, language, page, reading, writing

PATH = "/admin/retention"


class HoldForm(Body):
    """Whether everything is to be kept from now on."""

    hold: Literal["on", "off"]


class YearsForm(Body):
    """How many years records of care that ended are kept; empty is for good."""

    years: Literal["", "10", "15", "20", "30"]


async def retention(request: web.Request) -> web.Response:
    """Show every kind with how long it is kept and how many are over; `dry` says it was asked."""
    only_staff(request)
    return await _page(request)


async def post_hold(request: web.Request) -> web.StreamResponse:
    """Put the clinic on hold, or lift the hold."""
    form = await form_body(request, HoldForm)
    return await _change(request, lambda unit: hold_clinic(unit, form.hold == "on"))


async def post_years(request: web.Request) -> web.StreamResponse:
    """Choose how long records are kept."""
    form = await form_body(request, YearsForm)
    years = int(form.years) if form.years else None
    return await _change(request, lambda unit: keep_records(unit, years))


async def _change(
    request: web.Request, deed: Callable[[Unit], Awaitable[None]]
) -> web.StreamResponse:
    try:
        async with writing(request) as unit:
            await deed(unit)
    except Forbidden as refusal:
        if not refusal.details.get("proof") or speaks_json(request):
            raise
        return await _page(request, refusal)
    raise web.HTTPSeeOther(PATH)


async def _page(request: web.Request, refusal: Forbidden | None = None) -> web.Response:
    pages, words = request.app[PAGES], language(request)
    translate = pages.languages.translator(words)
    async with reading(request) as unit:
        clinic = await clinic_to_read(unit)
        counts = await count_over(unit, clinic.id)
        last = await last_run(unit.session, clinic.id)
        frame = await staff_frame(unit, pages, words)
        zone, now = ZoneInfo(clinic.time_zone), unit.now
    kinds: list[dict[str, Any]] = [
        {
            "name": translate(rule.name),
            "begins": translate(rule.begins),
            "days": kept_days(rule, clinic),
            "over": counts[rule.kind],
            "deleted": last.deleted.get(rule.kind, 0) if last else None,
        }
        for rule in RULES
    ]
    return page(
        request,
        "admin/retention.html",
        status_of(refusal) if refusal else 200,
        **frame,
        proof=refusal is not None,
        kinds=kinds,
        total=sum(counts.values()),
        dry="dry" in request.query,
        now=now.astimezone(zone),
        next_run=next_quiet_hour(now, zone),
        last_run=last.at.astimezone(zone) if last else None,
        record_years=clinic.record_years,
        choices=RECORD_YEARS,
        last_total=last.total if last else 0,
        held_since=clinic.on_hold_since.astimezone(zone) if clinic.on_hold_since else None,
    )


DOORS = [
    Door("GET", "/admin/retention", Action.CLINIC_READ, retention),
    Door("POST", "/admin/retention/hold", Action.CLINIC_SET, post_hold),
    Door("POST", "/admin/retention/records", Action.CLINIC_SET, post_years),
]
