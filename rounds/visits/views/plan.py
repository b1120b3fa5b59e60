"""The plan of a visit: who comes, how the links stand, move, cancel."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.accounts.links import new_pin
from rounds.accounts.middleware import PASSWORDS
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, Gone, Invalid
from rounds.notices.model import Channel
from rounds.people.frame import frame_values
from rounds.people.model import Clinic, Person
from rounds.people.queries import people_by_id
from rounds.people.roles import relationship_label, role_label
from rounds.scheduling.written import number_of
from rounds.visits.arranging import arranged, cancel, guest_seat, hand_out, move, withdraw_links
from rounds.visits.planning import Plan, read_plan
from rounds.visits.sending import send_link
from rounds.visits.views.forms import CancelForm, LinkForm, Nothing, WhenForm
from rounds.visits.views.words import concern_words
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import (
    actor,
    form_body,
    id_in,
    language,
    page,
    path_for,
    reading,
    writing,
)

EMPTY: dict[str, Any] = {"form": "", "message": "", "fields": {}, "values": {}}


async def plan(request: web.Request) -> web.Response:
    """Show the plan; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))
    return await _show(request)


async def post_move(request: web.Request) -> web.StreamResponse:
    """Give the visit another time."""
    form, visit = await form_body(request, WhenForm), id_in(request, "visit")
    try:
        async with reading(request) as unit:
            row, _ = await arranged(unit, visit)
            clinic = await unit.session.get_one(Clinic, row.clinic_id)
            zone = ZoneInfo(clinic.time_zone)
        minutes = number_of(form.minutes, "minutes")
        async with writing(request) as unit:
            await move(unit, visit, form.instant(zone), minutes, form.insist == "yes")
    except (Invalid, Conflict) as fault:
        values = {"day": form.day, "time": form.time, "minutes": form.minutes}
        following = str(fault.details.get("following", ""))
        if following:
            values |= {"day": following[:10], "time": following[11:16]}
        return await _again(request, "move", fault, values)
    raise web.HTTPSeeOther(f"/visits/{visit}/plan")


async def post_cancel(request: web.Request) -> web.StreamResponse:
    """Call the visit off."""
    form, visit = await form_body(request, CancelForm), id_in(request, "visit")
    try:
        async with writing(request) as unit:
            await cancel(unit, visit, form.reason)
    except (Invalid, Conflict) as fault:
        return await _again(request, "cancel", fault, {"reason": form.reason})
    raise web.HTTPSeeOther(f"/visits/{visit}/plan")


async def post_link(request: web.Request) -> web.StreamResponse:
    """Make a guest's link anew, send it if that is wanted, and show it this once."""
    form, visit = await form_body(request, LinkForm), id_in(request, "visit")
    person = id_in(request, "person")
    async with reading(request) as unit:
        _, room = await arranged(unit, visit)
        await guest_seat(unit, room, person)
    pin = new_pin() if form.pin else None
    # Hashed between the transactions, and only for those who may: it is slow on purpose.
    pin_hash = await request.app[PASSWORDS].hash(pin) if pin else None
    try:
        async with writing(request) as unit:
            row, room = await arranged(unit, visit)
            invitation, link = await hand_out(unit, row, room, person, pin, pin_hash)
            sent = await send_link(unit, row, invitation, link.token, pin) if form.send else None
            guest = await unit.session.get_one(Person, person)
    except Gone as fault:
        return await _again(request, "link", Conflict(fault.message), {})
    made = {
        "name": guest.name,
        "url": path_for(request, f"/j#t={link.token}"),
        "pin": link.pin,
        "sent": _way(sent.link) if sent else "",
        "pin_sent": _way(sent.pin) if sent else "",
    }
    return await _show(request, made=made)


async def post_link_end(request: web.Request) -> web.StreamResponse:
    """Take a guest's link back."""
    await form_body(request, Nothing)
    visit, person = id_in(request, "visit"), id_in(request, "person")
    async with writing(request) as unit:
        _, room = await arranged(unit, visit)
        await withdraw_links(unit, room, person)
    raise web.HTTPSeeOther(f"/visits/{visit}/plan")


async def _again(
    request: web.Request, form: str, fault: Invalid | Conflict, values: dict[str, str]
) -> web.Response:
    fields = dict(fault.fields) if isinstance(fault, Invalid) else {}
    refused: dict[str, Any] = {
        "form": form,
        "message": fault.message,
        "fields": fields,
        "values": values,
    }
    refused |= dict(fault.details)
    return await _show(request, refused, 409 if isinstance(fault, Conflict) else 422)


async def _show(
    request: web.Request,
    refused: dict[str, Any] | None = None,
    status: int = 200,
    made: dict[str, Any] | None = None,
) -> web.Response:
    translate = request.app[PAGES].languages.translator(language(request))
    told = EMPTY | (refused or {})
    async with writing(request) as unit:
        found = await read_plan(unit, id_in(request, "visit"))
        me = await unit.session.get_one(Person, unit.actor.person)
        people = await people_by_id(unit.session, [one for one, _ in told.get("clashes", [])])
    clashes = concern_words(told.get("clashes", []), people, translate)
    words = {name: translate(text) for name, text in told["fields"].items()}
    return page(
        request,
        "visits/plan.html",
        status,
        **frame_values(
            request.app[PAGES],
            language(request),
            found.clinic,
            me,
            Role(actor(request).role or Role.ADMIN),
        ),
        **_values(found, translate),
        made=made,
        refused=told
        | {"message": translate(told["message"]), "fields": words, "clashes": clashes}
        | {"twice": told.get("twice"), "may_insist": told.get("may_insist", False)},
    )


def _values(found: Plan, translate: Any) -> dict[str, Any]:
    visit = found.visit
    return {
        "plan": found,
        "start": visit.starts_at.astimezone(found.zone),
        "cancelled_at": visit.cancelled_at and visit.cancelled_at.astimezone(found.zone),
        "zone": found.zone.key,
        "staff": [
            {"name": person.name, "role_label": role_label(role, translate)}
            for person, role in found.staff
        ],
        "guests": [
            {
                "id": one.person.id,
                "name": one.person.name,
                "is_patient": one.role is Role.PATIENT,
                "role_label": relationship_label(one.relationship, translate)
                or role_label(one.role, translate),
                "state": one.state,
                "asks_pin": one.asks_pin,
                "reachable": bool(one.ways),
                "two_ways": len(one.ways) > 1,
            }
            for one in found.guests
        ],
    }


def _way(channel: Channel | None) -> str:
    return str(channel) if channel else ""


DOORS = [
    Door("GET", "/visits/{visit}/plan", Action.VISIT_ARRANGE, plan),
    Door("POST", "/visits/{visit}/move", Action.VISIT_ARRANGE, post_move),
    Door("POST", "/visits/{visit}/cancel", Action.VISIT_ARRANGE, post_cancel),
    Door("POST", "/visits/{visit}/guests/{person}/link", Action.VISIT_ARRANGE, post_link),
    Door("POST", "/visits/{visit}/guests/{person}/revoke", Action.VISIT_ARRANGE, post_link_end),
]
