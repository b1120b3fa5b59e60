"""The page on which a care team is begun, changed, and its duties are handed over."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from rounds.chart.reading import Chart, read_chart
from rounds.chart.teaming import (
    Colleague,
    add_member,
    begin_for,
    colleagues,
    pass_on,
    remove_member,
)
from rounds.chart.views.chart import matter_values, member_values
from rounds.chart.views.parts import (
    checked_id,
    colleague_choices,
    filled,
    known,
    refusal_status,
    staff_only,
    trouble,
)
from rounds.consent.actions import Action
from rounds.consent.relations import require_patient
from rounds.kernel.errors import Conflict, Invalid, Refusal
from rounds.people.frame import staff_frame
from rounds.people.model import Matter
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import Body, form_body, language, page, reading, writing


class BeginForm(Body):
    """Who leads and who coordinates from the first day."""

    lead: str = Field("", max_length=36)
    coordinator: str = Field("", max_length=36)


class MemberForm(Body):
    """A member of staff."""

    person: str = Field("", max_length=36)


class DutyForm(Body):
    """Who answers for a matter from now on, and why."""

    matter: Matter
    person: str = Field("", max_length=36)
    reason: str = Field("", max_length=1000)


async def show(request: web.Request) -> web.Response:
    """Show the team with its forms."""
    staff_only(request)
    return await _page(request, None, "", {})


async def begin(request: web.Request) -> web.StreamResponse:
    """Begin the team of a patient who has none."""
    form = await form_body(request, BeginForm)
    patient = known(request, "patient")
    try:
        async with writing(request) as unit:
            await begin_for(unit, patient, form.lead, form.coordinator)
    except (Invalid, Conflict) as refusal:
        return await _page(request, refusal, "begin", form.model_dump())
    raise _back(patient)


async def add(request: web.Request) -> web.StreamResponse:
    """Take somebody into the team."""
    form = await form_body(request, MemberForm)
    patient = known(request, "patient")
    try:
        async with writing(request) as unit:
            await require_patient(unit, Action.TEAM_MANAGE, patient)
            await add_member(unit, patient, _chosen(form.person))
    except (Invalid, Conflict) as refusal:
        return await _page(request, refusal, "add", form.model_dump())
    raise _back(patient)


async def remove(request: web.Request) -> web.StreamResponse:
    """End a membership; who ended their own sees their list again."""
    form = await form_body(request, MemberForm)
    patient, person = known(request, "patient"), checked_id(form.person)
    try:
        async with writing(request) as unit:
            await remove_member(unit, patient, person)
            is_own = person == unit.actor.person
    except (Invalid, Conflict) as refusal:
        return await _page(request, refusal, "members", form.model_dump())
    raise web.HTTPSeeOther("/patients") if is_own else _back(patient)


async def hand_over(request: web.Request) -> web.StreamResponse:
    """Hand a duty over."""
    form = await form_body(request, DutyForm)
    patient = known(request, "patient")
    try:
        async with writing(request) as unit:
            await require_patient(unit, Action.TEAM_MANAGE, patient)
            await pass_on(unit, patient, form.matter, _chosen(form.person), form.reason)
    except (Invalid, Conflict) as refusal:
        return await _page(request, refusal, str(form.matter), form.model_dump())
    raise _back(patient)


async def _page(
    request: web.Request, refusal: Refusal | None, where: str, sent: dict[str, Any]
) -> web.Response:
    async with reading(request) as unit:
        await require_patient(unit, Action.TEAM_MANAGE, known(request, "patient"))
        offered = await colleagues(unit, str(unit.actor.clinic))
    async with writing(request) as unit:
        found = await read_chart(unit, known(request, "patient"))
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    here = {one.person.id for one in found.team}
    outside = [one for one in offered if one.person.id not in here]
    zone = ZoneInfo(found.clinic.time_zone)
    return page(
        request,
        "chart/team.html",
        refusal_status(refusal),
        **frame,
        **trouble(request, refusal),
        where=where,
        sent=filled(sent),
        patient={"url": f"/patients/{found.person.id}", "name": found.person.name},
        team=[member_values(request, one, zone) for one in found.team],
        former=[member_values(request, one, zone) for one in found.former],
        duties=_duties(request, found, offered, zone),
        others=colleague_choices(request, outside),
        leads=colleague_choices(request, offered, Matter.LEAD),
        coordinators=colleague_choices(request, offered, Matter.COORDINATION),
    )


def _duties(
    request: web.Request, found: Chart, offered: list[Colleague] | Any, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """Each duty with whom it can be handed to: those of the team first."""
    here = {one.person.id for one in found.team}
    values = matter_values(request, found, zone)
    for duty in values:
        others = [one for one in offered if one.person.id != duty["holder_id"]]
        others.sort(key=lambda one: one.person.id not in here)
        duty["choices"] = colleague_choices(request, others, Matter(duty["matter"]))
    return values


def _chosen(person: str) -> str:
    if not person:
        raise Invalid("Nobody was chosen.", {"person": "Please choose somebody."})
    return checked_id(person)


def _back(patient: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/patients/{patient}/team")


DOORS = [
    Door("GET", "/patients/{patient}/team", Action.TEAM_MANAGE, show),
    Door("POST", "/patients/{patient}/team/begin", Action.TEAM_MANAGE, begin),
    Door("POST", "/patients/{patient}/team/add", Action.TEAM_MANAGE, add),
    Door("POST", "/patients/{patient}/team/remove", Action.TEAM_MANAGE, remove),
    Door("POST", "/patients/{patient}/team/hand-over", Action.TEAM_MANAGE, hand_over),
]
