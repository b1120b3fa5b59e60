"""The way in by a link: the page that reads the fragment, peek, redeem, and the visit's page."""

import json
from datetime import timedelta
from typing import Any

from aiohttp import web
from pydantic import Field

from rounds.accounts.cookies import guest_cookie, set_session
from rounds.accounts.links import find, is_bound_to, redeem
from rounds.accounts.middleware import PASSWORDS, THROTTLE, actor_of_cookie
from rounds.accounts.session import GUEST_DAYS
from rounds.consent.actions import Action
from rounds.kernel.actor import STRANGER, SYSTEM, Role
from rounds.kernel.errors import Invalid, NotFound
from rounds.kernel.ids import is_id
from rounds.people.card import Card, clinic_card, only_card
from rounds.people.roles import role_label
from rounds.visits.agreed_words import EMPTY
from rounds.visits.experience import is_open_for_answers, read_experience
from rounds.visits.guest import GuestVisit, Peek, clinic_behind, peek, read_guest_visit
from rounds.visits.model import VisitState
from rounds.visits.views.experience import experience_values
from rounds.web.doors import Door
from rounds.web.keys import CLIENT_ADDRESS, PAGES, SETTINGS, UNITS
from rounds.web.people import person_values
from rounds.web.request import Body, json_body, language, page, writing

COOKIE_SECONDS = int(timedelta(days=GUEST_DAYS + 1).total_seconds())


class PeekForm(Body):
    """A link's token."""

    token: str = Field(min_length=1, max_length=128)


class RedeemForm(PeekForm):
    """A link's token, and the PIN where one is asked for."""

    pin: str | None = Field(None, max_length=12)


async def join_page(request: web.Request) -> web.Response:
    """Show the page that reads the link; opening it has no effect."""
    return page(
        request,
        "visits/join.html",
        clinic=await only_card(request.app[UNITS]),
        exit_to=request.app[SETTINGS].quick_exit_url,
    )


async def post_peek(request: web.Request) -> web.Response:
    """Tell what a link would do, without doing it."""
    form = await json_body(request, PeekForm)
    throttle, address = request.app[THROTTLE], request[CLIENT_ADDRESS]
    await throttle.check_link(address)
    units = request.app[UNITS]
    try:
        async with units.reading(STRANGER) as unit:
            row = await find(unit, form.token)
        name = guest_cookie(request.app[SETTINGS], row.id)
        guest = await actor_of_cookie(request, units, name)
        async with units.reading(guest) as unit:
            seen = await peek(unit, form.token)
    except NotFound:
        await throttle.count_link(address)
        raise
    return web.json_response(_peek_values(request, seen))


async def post_redeem(request: web.Request) -> web.Response:
    """Bind the link to this browser."""
    form = await json_body(request, RedeemForm)
    app, address = request.app, request[CLIENT_ADDRESS]
    await app[THROTTLE].check_link(address)
    try:
        bound = await _bound_here(request, form.token)
        if bound is not None:
            return web.json_response({"location": f"/j/{bound}"})
        row, token = await redeem(app[UNITS], app[PASSWORDS], form.token, form.pin)
    except (NotFound, Invalid):
        await app[THROTTLE].count_link(address)
        raise
    response = web.json_response({"location": f"/j/{row.id}"})
    settings = app[SETTINGS]
    set_session(response, settings, guest_cookie(settings, row.id), token, COOKIE_SECONDS)
    return response


async def _bound_here(request: web.Request, token: str) -> str | None:
    """Return the invitation of a link that this very browser has redeemed before."""
    units = request.app[UNITS]
    async with units.reading(STRANGER) as unit:
        row = await find(unit, token)
    name = guest_cookie(request.app[SETTINGS], row.id)
    guest = await actor_of_cookie(request, units, name)
    return row.id if is_bound_to(row, guest) else None


async def guest_page(request: web.Request) -> web.Response:
    """Show a guest their visit, wherever it stands."""
    invitation = request.match_info["guest"]
    if not is_id(invitation):
        raise web.HTTPNotFound
    try:
        async with writing(request) as unit:
            found = await read_guest_visit(unit, invitation)
            asks = is_open_for_answers(found.visit, unit.now)
            asked = await read_experience(unit, invitation) if asks else None
    except NotFound:
        # The same for a device that never had the visit and for one whose seven days are over.
        card = await _card_of_device(request, invitation)
        return page(request, "visits/past.html", 404, clinic=card)
    template = "called_off" if found.visit.state == VisitState.CANCELLED else "guest"
    over = found.visit.state == VisitState.FINISHED
    values = _guest_values(request, found) | {
        "experience": experience_values(request, asked) if asks or not over else None
    }
    return page(request, f"visits/{template}.html", **values)


async def _card_of_device(request: web.Request, invitation: str) -> Card | None:
    """Return whom a device can call that once held the visit; any other the one clinic there is."""
    token = request.cookies.get(guest_cookie(request.app[SETTINGS], invitation), "")
    async with request.app[UNITS].reading(SYSTEM) as unit:
        clinic = await clinic_behind(unit, token)
    return clinic_card(clinic) if clinic else await only_card(request.app[UNITS])


def _peek_values(request: web.Request, seen: Peek) -> dict[str, object]:
    translate = request.app[PAGES].languages.translator(language(request))
    values: dict[str, object] = {
        "standing": seen.standing,
        "clinic": seen.clinic.name,
        "phone": seen.clinic.phone,
        "starts_at": seen.starts_at.isoformat(),
        "bound_here": seen.bound_here,
    }
    if seen.bound_here:
        values["invitation"] = seen.invitation
    if seen.host is not None and seen.host_role is not None:
        values["host"] = seen.host.name
        values["host_role"] = role_label(Role(seen.host_role), translate)
        values["title"] = translate("Visit with {name}").format(name=seen.host.name)
    return values


def _guest_values(request: web.Request, found: GuestVisit) -> dict[str, Any]:
    translate = request.app[PAGES].languages.translator(language(request))
    hosts = [
        person_values(request, person) | {"role_label": role_label(Role(role), translate)}
        for person, role in found.hosts
    ]
    title = translate("Visit with {name}").format(name=found.hosts[0][0].name)
    role = Role(found.seat.role)
    settings = {
        "invitation": found.invitation.id,
        "visit": found.visit.id,
        "seat": found.seat.id,
        "starts_at": found.start.isoformat(),
        "over": found.visit.state in (VisitState.CANCELLED, VisitState.FINISHED),
        "ended_at": found.visit.ended_at.isoformat() if found.visit.ended_at else None,
    }
    return {
        "clinic": clinic_card(found.clinic),
        "visit": {"title": title, "start": found.start, "minutes": found.visit.minutes},
        "me": {"name": found.me.given_name or found.me.name, "role": role},
        "hosts": hosts,
        "reads_agreed": found.reads_agreed,
        "reads_plan": found.reads_plan,
        "agreed_told": EMPTY,
        "phone_hint": found.phone_hint,
        "guest_id": found.invitation.id,
        "guest_settings": json.dumps(settings),
        "exit_to": request.app[SETTINGS].quick_exit_url,
    }


DOORS = [
    Door("GET", "/j", Action.PUBLIC, join_page, media=True),
    Door("POST", "/j/peek", Action.PUBLIC, post_peek),
    Door("POST", "/j/redeem", Action.PUBLIC, post_redeem),
    Door("GET", "/j/{guest}", Action.GUEST_PAGE, guest_page, media=True),
]
