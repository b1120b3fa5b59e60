"""The plan on the phone of a guest who is in the call, as far as it is theirs."""

from aiohttp import web

from rounds.audit import trail
from rounds.careplan.page_values import outbox_secret, plan_values
from rounds.careplan.showing import show_plan
from rounds.consent.actions import Action
from rounds.visits.guest import read_guest_visit
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SETTINGS, SIGNER
from rounds.web.request import actor, id_in, language, page, writing


async def guest_plan(request: web.Request) -> web.Response:
    """Give the part of the page that shows the plan; the page asks for it when it is opened."""
    invitation = id_in(request, "guest")
    async with writing(request) as unit:
        found = await read_guest_visit(unit, invitation)
        shown = await show_plan(unit, found.visit.patient_id)
        await trail.record_reading(
            unit, Action.PLAN_OPEN, "plan", shown.opened.plan.id, shown.person.id
        )
    secret = outbox_secret(request.app[SETTINGS], request.app[SIGNER], actor(request))
    translate = request.app[PAGES].languages.translator(language(request))
    door = {"door": "guest", "invitation": invitation}
    values = plan_values(shown, actor(request), translate, secret, door)
    return page(request, "careplan/panel.html", **values)


DOORS = [Door("GET", "/j/{guest}/plan", Action.PLAN_OPEN, guest_plan)]
