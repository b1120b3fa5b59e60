"""The page on which the team begins or enriches a plan from a template."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from rounds.audit import trail
from rounds.careplan.looking import names_of
from rounds.careplan.opening import open_plan
from rounds.careplan.template_files import shipped
from rounds.careplan.template_offers import offers
from rounds.careplan.template_using import brought_by, put_away, use_template, uses_of
from rounds.careplan.template_versions import content_of, in_use
from rounds.careplan.views.framing import framed, send_to_sign_in, translator
from rounds.careplan.views.template_values import offer_values
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import is_id
from rounds.people.model import Clinic, Person
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.request import Body, form_body, id_in, page, writing


class UseForm(Body):
    """Which entries of which version of a template come into the plan."""

    pathway: str = Field(max_length=32)
    mark: str = Field(max_length=32)
    entries: list[str] = Field(default_factory=list, max_length=200)


class AwayForm(Body):
    """What was brought when."""

    use: str = Field("", max_length=40)


async def show(request: web.Request) -> web.Response:
    """Show which templates there are, what was used, and what of one could come."""
    send_to_sign_in(request)
    return await _page(request, request.query.get("pathway", ""))


async def use(request: web.Request) -> web.Response:
    """Bring what was chosen into the plan."""
    form = await form_body(request, UseForm, frozenset({"entries"}))
    patient = id_in(request, "patient")
    try:
        async with writing(request) as unit:
            await use_template(unit, patient, form.pathway, form.mark, form.entries)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.pathway, refusal, frozenset(form.entries))
    raise web.HTTPSeeOther(f"/patients/{patient}/plan/templates")


async def take_back(request: web.Request) -> web.Response:
    """Put away what a template brought."""
    form = await form_body(request, AwayForm)
    patient = id_in(request, "patient")
    try:
        async with writing(request) as unit:
            await put_away(unit, patient, form.use if is_id(form.use) else "")
    except Conflict as refusal:
        return await _page(request, "", refusal)
    raise web.HTTPSeeOther(f"/patients/{patient}/plan/templates")


async def _page(
    request: web.Request,
    pathway: str,
    refusal: Invalid | Conflict | None = None,
    chosen: frozenset[str] | None = None,
) -> web.Response:
    words = translator(request)
    async with writing(request) as unit:
        opened = await open_plan(unit, id_in(request, "patient"), Action.PLAN_TEMPLATE)
        frame = await framed(request, unit)
        person = await unit.session.get_one(Person, frame.patient)
        clinic = opened.plan.clinic_id
        zone = ZoneInfo((await unit.session.get_one(Clinic, clinic)).time_zone)
        found = {name: await in_use(unit, clinic, name) for name in shipped()}
        if pathway and pathway not in found:
            raise NotFound("There is nothing here for you.")
        told = await offers(unit, opened, found[pathway]) if pathway else []
        uses = await uses_of(unit, opened)
        people = [one for use, _ in uses for one in (use.used_by, use.put_away_by)]
        names = await names_of(unit, people)
        await trail.record_reading(
            unit, Action.PLAN_TEMPLATE, "plan", opened.plan.id, frame.patient
        )
    values: dict[str, Any] = {"pathway": ""}
    if pathway:
        values = {
            "pathway": pathway,
            # Not "mark": that is the brand's in every layout.
            "looked_at": found[pathway].mark,
            "content": found[pathway].template,
            "sections": offer_values(told, found[pathway].template, words, chosen),
        }
    return page(
        request,
        "careplan/plan_templates.html",
        status_of(refusal) if refusal else 200,
        **frame.values,
        base=frame.base,
        patient={"id": person.id, "name": person.name, "number": opened.patient.number},
        templates=[
            {"pathway": name, "template": one.template, "number": _number(one.version)}
            for name, one in found.items()
        ],
        uses=[
            {
                "id": use.id,
                "title": content_of(version).title,
                "pathway": version.pathway,
                "number": version.number,
                "count": len(brought_by(use)),
                "at": use.used_at.astimezone(zone),
                "by": names.get(use.used_by, ""),
                "away_at": use.put_away_at.astimezone(zone) if use.put_away_at else None,
                "away_by": names.get(use.put_away_by or "", ""),
                "stayed": use.stayed,
            }
            for use, version in uses
        ],
        error=words(refusal.message) if refusal else None,
        **values,
    )


def _number(version: Any) -> int | None:
    return version.number if version is not None else None


DOORS = [
    Door("GET", "/patients/{patient}/plan/templates", Action.PLAN_TEMPLATE, show),
    Door("POST", "/patients/{patient}/plan/templates", Action.PLAN_TEMPLATE, use),
    Door("POST", "/patients/{patient}/plan/templates/put-away", Action.PLAN_TEMPLATE, take_back),
]
