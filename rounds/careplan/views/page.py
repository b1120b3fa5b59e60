"""The live plan of a patient: for the team, and for the patient and family at home."""

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from rounds.audit import trail
from rounds.careplan.opening import deeds_in
from rounds.careplan.page_values import outbox_secret, plan_values
from rounds.careplan.showing import Shown, show_plan
from rounds.careplan.views.framing import looking
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.people.card import clinic_card
from rounds.people.frame import staff_frame
from rounds.people.model import Clinic, Person
from rounds.people.queries import related_person
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SETTINGS, SIGNER
from rounds.web.people import person_values
from rounds.web.request import actor, id_in, language, page, reading


async def plan(request: web.Request) -> web.Response:
    """Show the plan to the care team."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path_qs}))
    patient = id_in(request, "patient")
    async with looking(request, patient) as unit:
        shown = await show_plan(unit, patient)
        deeds = await deeds_in(unit, shown.patient)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        await trail.record_reading(
            unit, Action.PLAN_OPEN, "plan", shown.opened.plan.id, shown.person.id
        )
    return page(
        request,
        "careplan/plan.html",
        **frame,
        **deeds,
        base=f"/patients/{shown.person.id}/plan",
        patient={"id": shown.person.id, "number": shown.patient.number, "name": shown.person.name},
        **_values(request, shown, {"door": "staff"}),
    )


async def my_plan(request: web.Request) -> web.Response:
    """Show the plan to its patient, and to family as far as the patient opened it."""
    who = actor(request)
    if not who.is_at_home:
        raise web.HTTPFound("/my/sign-in?" + urlencode({"next": request.path}))
    async with reading(request) as unit:
        clinic = await unit.session.get(Clinic, who.clinic) if who.clinic else None
        me = await unit.session.get(Person, who.person) if who.person else None
        if clinic is None or me is None:
            raise NotFound("There is nothing here for you.")
        related = await related_person(unit.session, me.id)
    patient = related.patient_id if related else me.id
    async with looking(request, patient) as unit:
        shown = await show_plan(unit, patient)
        await trail.record_reading(
            unit, Action.PLAN_OPEN, "plan", shown.opened.plan.id, shown.person.id
        )
    return page(
        request,
        "careplan/my_plan.html",
        clinic=clinic_card(clinic),
        me=person_values(request, me),
        own=shown.person.id == me.id,
        patient=person_values(request, shown.person),
        **_values(request, shown, {"door": "my"}),
    )


def _values(request: web.Request, shown: Shown, door: dict[str, str]) -> dict[str, Any]:
    who = actor(request)
    secret = outbox_secret(request.app[SETTINGS], request.app[SIGNER], who)
    translate = request.app[PAGES].languages.translator(language(request))
    return plan_values(shown, who, translate, secret, door)


DOORS = [
    Door("GET", "/patients/{patient}/plan", Action.PLAN_OPEN, plan),
    Door("GET", "/my/plan", Action.PLAN_OPEN, my_plan),
]
