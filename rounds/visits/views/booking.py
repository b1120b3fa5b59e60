"""Booking: whom for, the form with three offers, a visit booked or opened now."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from rounds.accounts.links import new_pin
from rounds.accounts.middleware import PASSWORDS
from rounds.consent.actions import Action
from rounds.kernel.actor import CLINICIANS, Role
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.frame import frame_values, staff_frame
from rounds.people.model import Person
from rounds.people.queries import people_by_id
from rounds.people.roles import relationship_label, role_label
from rounds.rooms.queries import seat_of_person
from rounds.visits.arranging import hand_out
from rounds.visits.booking import Booked, Wish, book, open_now
from rounds.visits.model import LONGEST_MINUTES, SHORTEST_MINUTES
from rounds.visits.party import Choice
from rounds.visits.planning import USUAL_MINUTES, BookingForm, choose_patient, read_form, show_form
from rounds.visits.sending import send_link
from rounds.visits.views.forms import LISTS, BookForm
from rounds.visits.views.words import concern_words
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import (
    actor,
    form_body,
    known,
    language,
    page,
    reading,
    writing,
)

Pins = Mapping[str, tuple[str, str]]
"""Person → PIN and its hash, made before the transaction: hashing is slow on purpose."""


async def choose(request: web.Request) -> web.Response:
    """Show for whom a visit can be booked."""
    _staff_only(request)
    wanted = request.query.get("q", "")[:200].replace("\x00", "")
    async with writing(request) as unit:
        found, count = await choose_patient(unit, wanted)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    return page(
        request,
        "visits/choose.html",
        **frame,
        patients=[{"id": one.id, "name": one.name, "number": row.number} for one, row in found],
        count=count,
        wanted=wanted,
    )


async def form(request: web.Request) -> web.Response:
    """Show the form for a patient; without one, the page to choose."""
    _staff_only(request)
    patient = request.query.get("patient", "")
    if not patient:
        raise web.HTTPFound("/visits/choose")
    return await _show(request, known(patient), None, USUAL_MINUTES, {})


async def post_offers(request: web.Request) -> web.Response:
    """Show the form again with times that suit the people chosen now."""
    sent = await form_body(request, BookForm, LISTS)
    values = {"purpose": sent.purpose, "key": sent.key}
    return await _show(
        request, known(sent.patient), sent.choice, _length(sent), values, ticks=_ticks(sent)
    )


async def post_booking(request: web.Request) -> web.StreamResponse:
    """Book a visit and send its links."""
    return await _book(request, now=False)


async def post_now(request: web.Request) -> web.StreamResponse:
    """Open a visit now and send its links."""
    return await _book(request, now=True)


async def _book(request: web.Request, now: bool) -> web.StreamResponse:
    sent = await form_body(request, BookForm, LISTS)
    patient, choice = known(sent.patient), sent.choice
    try:
        async with reading(request) as unit:
            before = await read_form(unit, patient, choice, USUAL_MINUTES)
        pins = await _pins(request, before, choice) if sent.send and sent.pin else {}
        wish = Wish(
            patient, choice, sent.length, sent.purpose, sent.key, insist=sent.insist == "yes"
        )
        async with writing(request) as unit:
            if now:
                booked = await open_now(unit, wish)
            else:
                booked = await book(unit, wish, sent.instant(before.zone))
            if booked.fresh and sent.send:
                await _send(unit, booked, before, pins)
            seat = await seat_of_person(unit.session, booked.room.id, unit.actor.person)
    except (Invalid, Conflict) as fault:
        return await _again(request, sent, fault)
    place = f"/visits/{booked.visit.id}"
    raise web.HTTPSeeOther(place if now and seat is not None and not sent.send else f"{place}/plan")


async def _pins(request: web.Request, before: BookingForm, choice: Choice) -> Pins:
    """Make PINs for the guests whom link and PIN reach by two ways."""
    wanted = {before.person.id, *choice.relatives}
    pins = {}
    for guest in before.guests:
        if guest.person.id in wanted and len(guest.ways) > 1:
            pin = new_pin()
            pins[guest.person.id] = (pin, await request.app[PASSWORDS].hash(pin))
    return pins


async def _send(unit: Unit, booked: Booked, before: BookingForm, pins: Pins) -> None:
    """Make and send the links of the guests who have an address; the plan shows the others."""
    wanted = {before.person.id, *(one.person for one in booked.people)}
    for guest in before.guests:
        person = guest.person.id
        if person not in wanted or not guest.ways:
            continue
        pin, pin_hash = pins.get(person, (None, None))
        row, link = await hand_out(unit, booked.visit, booked.room, person, pin, pin_hash)
        await send_link(unit, booked.visit, row, link.token, pin)


async def _again(request: web.Request, sent: BookForm, fault: Invalid | Conflict) -> web.Response:
    """Show the form as it was sent, with what speaks against it."""
    details = dict(fault.details)
    values = {"purpose": sent.purpose, "day": sent.day, "time": sent.time, "key": sent.key}
    moment = str(details["following"]) if "following" in details else sent.offer
    if moment:
        values |= {"day": moment[:10], "time": moment[11:16]}
    refused: dict[str, Any] = {"message": fault.message, "fields": {}} | details
    if isinstance(fault, Invalid):
        refused["fields"] = dict(fault.fields)
    status = 409 if isinstance(fault, Conflict) else 422
    return await _show(
        request, known(sent.patient), sent.choice, _length(sent), values, refused, status,
        _ticks(sent),
    )  # fmt: skip


def _length(sent: BookForm) -> int:
    """Return the minutes a form wishes, or the usual ones for what is no length."""
    minutes = int(sent.minutes) if re.fullmatch(r"[0-9]{1,3}", sent.minutes) else 0
    return minutes if SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES else USUAL_MINUTES


def _ticks(sent: BookForm) -> dict[str, bool]:
    return {"send": bool(sent.send), "pin": bool(sent.pin)}


async def _show(
    request: web.Request,
    patient: str,
    choice: Choice | None,
    minutes: int,
    values: Mapping[str, str],
    refused: dict[str, Any] | None = None,
    status: int = 200,
    ticks: Mapping[str, bool] | None = None,
) -> web.Response:
    translate = request.app[PAGES].languages.translator(language(request))
    async with writing(request) as unit:
        found = await show_form(unit, patient, choice, minutes)
        me = await unit.session.get_one(Person, unit.actor.person)
        clashing = [person for person, _ in (refused or {}).get("clashes", [])]
        people = await people_by_id(unit.session, clashing)
    told = refused or {"message": "", "fields": {}}
    two_ways = any(len(one.ways) > 1 for one in found.guests)
    return page(
        request,
        "visits/book.html",
        status,
        **frame_values(
            request.app[PAGES],
            language(request),
            found.clinic,
            me,
            Role(actor(request).role or Role.ADMIN),
        ),
        form=found,
        zone=found.zone.key,
        staff=_staff_values(found, translate),
        guests=[
            {
                "id": one.person.id,
                "name": one.person.name,
                "relationship": relationship_label(one.relationship, translate),
                "agreed": one.agreed,
                "reachable": bool(one.ways),
                "chosen": one.person.id in found.choice.relatives,
            }
            for one in found.guests
        ],
        values={"key": new_id(), "purpose": "", "day": "", "time": ""} | dict(values),
        ticks={"send": True, "pin": two_ways} | dict(ticks or {}),
        refused={
            "message": translate(told["message"]),
            "fields": {name: translate(words) for name, words in told["fields"].items()},
            "twice": told.get("twice"),
            "clashes": concern_words(told.get("clashes", []), people, translate),
            "may_insist": told.get("may_insist", False),
        },
    )


def _staff_values(found: BookingForm, translate: Any) -> dict[str, Sequence[dict[str, Any]]]:
    def some(*roles: Role) -> list[dict[str, Any]]:
        return [
            {
                "id": one.person.id,
                "name": one.person.name,
                "role_label": role_label(one.role, translate),
                "member": one.member,
                "chosen": one.person.id in found.choice.staff,
            }
            for one in found.staff
            if one.role in roles
        ]

    return {
        "clinicians": some(*CLINICIANS),
        "coordinators": some(Role.COORDINATOR),
        "interpreters": some(Role.INTERPRETER),
    }


def _staff_only(request: web.Request) -> None:
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))


DOORS = [
    Door("GET", "/visits/choose", Action.PATIENT_LIST, choose),
    Door("GET", "/visits/new", Action.VISIT_BOOK, form),
    Door("POST", "/visits/offers", Action.VISIT_BOOK, post_offers),
    Door("POST", "/visits", Action.VISIT_BOOK, post_booking),
    Door("POST", "/visits/now", Action.VISIT_BOOK, post_now),
]
