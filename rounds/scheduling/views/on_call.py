"""The on-call list as the office edits it."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid
from rounds.people.frame import staff_frame
from rounds.scheduling.on_call import MOST_WEEKS, add_shifts, move_shift, remove_shift
from rounds.scheduling.owner import office
from rounds.scheduling.pages import read_on_call
from rounds.scheduling.views.frame import failed, known, staff_only
from rounds.scheduling.working import WEEK, Span
from rounds.scheduling.written import day_of, number_of, span_of
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import Body, form_body, language, page, reading, writing


class ShiftForm(Body):
    """Who, from when, until when, for how many weeks."""

    person: str = Field(max_length=36)
    from_: str = Field(alias="from", max_length=10)
    from_time: str = Field(max_length=8)
    until: str = Field(max_length=10)
    until_time: str = Field(max_length=8)
    weeks: str = Field("1", max_length=6)

    def spans(self, zone: ZoneInfo) -> list[Span]:
        """Return the span of each week at the same time of day. Raises Invalid."""
        weeks = number_of(self.weeks, "weeks")
        if not 1 <= weeks <= MOST_WEEKS:
            raise Invalid("Please choose 1 to 26 weeks.", {"weeks": "Please choose 1 to 26."})
        first, last = day_of(self.from_, "from"), day_of(self.until, "until")
        return [
            span_of(
                zone,
                ((first + timedelta(days=WEEK * week)).isoformat(), self.from_time),
                ((last + timedelta(days=WEEK * week)).isoformat(), self.until_time),
            )
            for week in range(weeks)
        ]


class Nothing(Body):
    """A form that only says: do it."""


async def on_call(request: web.Request) -> web.Response:
    """Show the list."""
    staff_only(request)
    return await _show(request)


async def post_shift(request: web.Request) -> web.StreamResponse:
    """Enter a shift, or the same one for several weeks."""
    form = await form_body(request, ShiftForm)
    try:
        async with writing(request) as unit:
            clinic = await office(unit)
            await add_shifts(unit, known(form.person), form.spans(ZoneInfo(clinic.time_zone)))
    except (Invalid, Conflict) as fault:
        return await _again(request, "new", fault)
    raise web.HTTPSeeOther("/schedule/on-call")


async def post_move(request: web.Request) -> web.StreamResponse:
    """Give a shift another time or person."""
    form, shift = await form_body(request, ShiftForm), known(request.match_info["shift"])
    try:
        async with writing(request) as unit:
            clinic = await office(unit)
            span = form.spans(ZoneInfo(clinic.time_zone))[0]
            await move_shift(unit, shift, known(form.person), span)
    except (Invalid, Conflict) as fault:
        return await _again(request, shift, fault)
    raise web.HTTPSeeOther("/schedule/on-call")


async def post_remove(request: web.Request) -> web.StreamResponse:
    """Take a shift out."""
    await form_body(request, Nothing)
    shift = known(request.match_info["shift"])
    try:
        async with writing(request) as unit:
            await remove_shift(unit, shift)
    except Conflict as fault:
        return await _again(request, shift, fault)
    raise web.HTTPSeeOther("/schedule/on-call")


async def _again(request: web.Request, form: str, fault: Invalid | Conflict) -> web.Response:
    status = 409 if isinstance(fault, Conflict) else 422
    return await _show(request, await failed(request, form, fault), status)


async def _show(
    request: web.Request, refusal: dict[str, Any] | None = None, status: int = 200
) -> web.Response:
    async with reading(request) as unit:
        found = await read_on_call(unit)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    shifts = [
        {
            "id": row.id,
            "person": person,
            "begins": row.begins_at.astimezone(found.zone),
            "ends": row.ends_at.astimezone(found.zone),
            "runs": row.begins_at <= unit.now,
        }
        for row, person in found.shifts
    ]
    gaps = [
        {"begins": gap.begins.astimezone(found.zone), "ends": gap.ends.astimezone(found.zone)}
        for gap in found.gaps
    ]
    return page(
        request,
        "scheduling/on_call.html",
        status,
        **frame,
        people=found.people,
        shifts=shifts,
        gaps=gaps,
        zone=found.zone.key,
        today=unit.now.astimezone(found.zone).date(),
        most_weeks=MOST_WEEKS,
        refused=refusal or {"form": "", "message": "", "fields": {}, "sent": {}},
    )


DOORS = [
    Door("GET", "/schedule/on-call", Action.HOURS_MANAGE, on_call),
    Door("POST", "/schedule/on-call", Action.HOURS_MANAGE, post_shift),
    Door("POST", "/schedule/on-call/{shift}/move", Action.HOURS_MANAGE, post_move),
    Door("POST", "/schedule/on-call/{shift}/remove", Action.HOURS_MANAGE, post_remove),
]
