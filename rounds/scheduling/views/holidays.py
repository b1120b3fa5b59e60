"""The page of holidays: those entered, and a country's own to choose from."""

from datetime import date
from typing import Any

from aiohttp import web
from pydantic import Field

from rounds.consent.actions import Action
from rounds.kernel.errors import Invalid
from rounds.people.frame import staff_frame
from rounds.scheduling.holidays import (
    FIRST_YEAR,
    LAST_YEAR,
    Proposal,
    add_holidays,
    propose,
    remove_holiday,
)
from rounds.scheduling.owner import office
from rounds.scheduling.queries import holidays_of
from rounds.scheduling.views.frame import failed, known, staff_only
from rounds.scheduling.written import day_of
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import Body, form_body, language, page, reading, writing


class HolidayForm(Body):
    """A day and its name."""

    day: str = Field(max_length=10)
    name: str = Field(max_length=200)


class ChosenForm(Body):
    """The days chosen among a year's proposals."""

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    day: list[date] = Field(default_factory=list, max_length=60)


async def holidays(request: web.Request) -> web.Response:
    """Show the holidays to come, and what the country keeps in a year."""
    staff_only(request)
    return await _show(request)


async def post_holiday(request: web.Request) -> web.StreamResponse:
    """Enter one day."""
    form = await form_body(request, HolidayForm)
    try:
        async with writing(request) as unit:
            await add_holidays(unit, [Proposal(day_of(form.day, "day"), form.name)])
    except Invalid as fault:
        return await _show(request, await failed(request, "holiday", fault), 422)
    raise web.HTTPSeeOther("/schedule/holidays")


async def post_chosen(request: web.Request) -> web.StreamResponse:
    """Enter the chosen ones of a country's days."""
    form = await form_body(request, ChosenForm, frozenset({"day"}))
    async with writing(request) as unit:
        clinic = await office(unit)
        known_days = propose(clinic.country, form.year, clinic.language)
        await add_holidays(unit, [one for one in known_days if one.day in form.day])
    raise web.HTTPSeeOther("/schedule/holidays")


async def post_holiday_end(request: web.Request) -> web.StreamResponse:
    """Open again on a day."""
    async with writing(request) as unit:
        await remove_holiday(unit, known(request.match_info["holiday"]))
    raise web.HTTPSeeOther("/schedule/holidays")


async def _show(
    request: web.Request, refusal: dict[str, Any] | None = None, status: int = 200
) -> web.Response:
    async with reading(request) as unit:
        clinic = await office(unit)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        rows = await holidays_of(unit.session, clinic.id)
        today = unit.now.date()
    year = _year(request.query.get("year", ""), today.year)
    entered = {row.day for row in rows}
    return page(
        request,
        "scheduling/holidays.html",
        status,
        **frame,
        holidays=[row for row in rows if row.day >= today],
        year=year,
        years=range(today.year, today.year + 3),
        proposals=[
            one
            for one in propose(clinic.country, year, clinic.language)
            if one.day not in entered and one.day >= today
        ],
        refused=refusal or {"form": "", "message": "", "fields": {}, "sent": {}},
    )


def _year(text: str, usual: int) -> int:
    year = int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") else usual
    return year if FIRST_YEAR <= year <= LAST_YEAR else usual


DOORS = [
    Door("GET", "/schedule/holidays", Action.HOURS_MANAGE, holidays),
    Door("POST", "/schedule/holidays", Action.HOURS_MANAGE, post_holiday),
    Door("POST", "/schedule/holidays/chosen", Action.HOURS_MANAGE, post_chosen),
    Door("POST", "/schedule/holidays/{holiday}/remove", Action.HOURS_MANAGE, post_holiday_end),
]
