"""The page of hours: the clinic's week, one's own, time off and protected minutes."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field, create_model

from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.unit import Unit
from rounds.people.frame import staff_frame
from rounds.people.model import Clinic
from rounds.scheduling.hours import set_hours
from rounds.scheduling.pages import read_hours
from rounds.scheduling.protected import protect, unprotect
from rounds.scheduling.time_off import add_time_off, remove_time_off
from rounds.scheduling.views.frame import failed, known, staff_only
from rounds.scheduling.working import WEEK, Minutes
from rounds.scheduling.written import closing_of, minutes_of, number_of, span_of
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import Body, actor, form_body, language, page, reading, writing

SPANS = 2
NAMES = [
    f"{edge}{weekday}_{one}"
    for weekday in range(WEEK)
    for one in range(SPANS)
    for edge in ("from", "until")
]


class Whose(Body):
    """Whose schedule is meant; empty is the actor's own."""

    person: str = Field("", max_length=36)


WeekForm: Any = create_model(
    "WeekForm",
    __base__=Whose,
    **{name: (str, Field("", max_length=8)) for name in NAMES},  # type: ignore[call-overload]
)


class TimeOffForm(Whose):
    """A span of days, with times where they are not whole."""

    from_: str = Field(alias="from", max_length=10)
    from_time: str = Field("", max_length=8)
    until: str = Field(max_length=10)
    until_time: str = Field("", max_length=8)
    words: str = Field("", max_length=400)


class ProtectedForm(Whose):
    """Minutes of a weekday."""

    weekday: str = Field(max_length=2)
    begins: str = Field(max_length=8)
    minutes: str = Field(max_length=6)
    release: str = Field(max_length=6)


async def hours(request: web.Request) -> web.Response:
    """Show the page of hours: one's own, or for the office anybody's."""
    staff_only(request)
    person = request.query.get("person", "")
    return await show(request, known(person) if person else "")


async def show(
    request: web.Request, person: str, refusal: dict[str, Any] | None = None, status: int = 200
) -> web.Response:
    """Return the page, with a refused form in it if there is one."""
    async with reading(request) as unit:
        found = await read_hours(unit, person or unit.actor.person or "")
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    return page(
        request,
        "scheduling/hours.html",
        status,
        **frame,
        view=found,
        zone=found.zone.key,
        refused=refusal or {"form": "", "message": "", "fields": {}, "sent": {}},
        now=unit.now.astimezone(found.zone),
        spans=SPANS,
    )


async def post_week(request: web.Request) -> web.StreamResponse:
    """Set the week of one person."""
    form = await form_body(request, WeekForm)
    try:
        async with writing(request) as unit:
            await set_hours(unit, _person(unit, form.person), _week(form))
    except (Invalid, Conflict) as fault:
        return await again(request, form.person, "week", fault)
    raise web.HTTPSeeOther(_place(request, form.person))


async def post_clinic(request: web.Request) -> web.StreamResponse:
    """Set the week of the clinic."""
    form = await form_body(request, WeekForm)
    try:
        async with writing(request) as unit:
            await set_hours(unit, None, _week(form))
    except (Invalid, Conflict) as fault:
        return await again(request, "", "clinic", fault)
    raise web.HTTPSeeOther("/schedule/hours")


async def post_time_off(request: web.Request) -> web.StreamResponse:
    """Enter time off."""
    form = await form_body(request, TimeOffForm)
    try:
        async with writing(request) as unit:
            zone = await _zone(unit)
            span = span_of(zone, (form.from_, form.from_time), (form.until, form.until_time))
            await add_time_off(unit, _person(unit, form.person), span, form.words)
    except (Invalid, Conflict) as fault:
        return await again(request, form.person, "time-off", fault)
    raise web.HTTPSeeOther(_place(request, form.person))


async def post_time_off_end(request: web.Request) -> web.StreamResponse:
    """Take time off out."""
    form = await form_body(request, Whose)
    async with writing(request) as unit:
        await remove_time_off(unit, _person(unit, form.person), known(request.match_info["row"]))
    raise web.HTTPSeeOther(_place(request, form.person))


async def post_protected(request: web.Request) -> web.StreamResponse:
    """Keep minutes of a weekday free for same-day handoffs."""
    form = await form_body(request, ProtectedForm)
    try:
        async with writing(request) as unit:
            await protect(
                unit,
                _person(unit, form.person),
                number_of(form.weekday, "weekday"),
                minutes_of(form.begins, "begins"),
                number_of(form.minutes, "minutes"),
                number_of(form.release, "release"),
            )
    except (Invalid, Conflict) as fault:
        return await again(request, form.person, "protected", fault)
    raise web.HTTPSeeOther(_place(request, form.person))


async def post_protected_end(request: web.Request) -> web.StreamResponse:
    """Give protected minutes back to ordinary booking."""
    form = await form_body(request, Whose)
    async with writing(request) as unit:
        await unprotect(unit, _person(unit, form.person), known(request.match_info["row"]))
    raise web.HTTPSeeOther(_place(request, form.person))


async def again(
    request: web.Request, person: str, form: str, fault: Invalid | Conflict
) -> web.Response:
    """Show the page with the form as it was sent and why it was refused."""
    status = 409 if isinstance(fault, Conflict) else 422
    return await show(request, person, await failed(request, form, fault), status)


def _person(unit: Unit, person: str) -> str:
    return known(person) if person else unit.actor.person or ""


def _place(request: web.Request, person: str) -> str:
    own = not person or person == actor(request).person
    return "/schedule/hours" if own else f"/schedule/hours?person={person}"


async def _zone(unit: Unit) -> ZoneInfo:
    clinic = await unit.session.get(Clinic, unit.actor.clinic) if unit.actor.clinic else None
    return ZoneInfo(clinic.time_zone if clinic else "UTC")


def _week(form: Any) -> dict[int, list[Minutes]]:
    found: dict[int, list[Minutes]] = {}
    faults: dict[str, str] = {}
    for weekday in range(WEEK):
        for one in range(SPANS):
            begins = getattr(form, f"from{weekday}_{one}")
            ends = getattr(form, f"until{weekday}_{one}")
            if not begins and not ends:
                continue
            try:
                span = minutes_of(begins, "from"), closing_of(ends, "until")
            except Invalid:
                faults[f"day{weekday}"] = "Please write both times, or none."
            else:
                found.setdefault(weekday, []).append(span)
    if faults:
        raise Invalid("Please look at the days that are marked.", faults)
    return found


DOORS = [
    Door("GET", "/schedule/hours", Action.HOURS_OWN, hours),
    Door("POST", "/schedule/hours", Action.HOURS_OWN, post_week),
    Door("POST", "/schedule/hours/clinic", Action.HOURS_MANAGE, post_clinic),
    Door("POST", "/schedule/time-off", Action.HOURS_OWN, post_time_off),
    Door("POST", "/schedule/time-off/{row}/remove", Action.HOURS_OWN, post_time_off_end),
    Door("POST", "/schedule/protected", Action.HOURS_OWN, post_protected),
    Door("POST", "/schedule/protected/{row}/remove", Action.HOURS_OWN, post_protected_end),
]
