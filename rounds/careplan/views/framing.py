"""What the pages about a plan in time have in common: whose plan it is, and the frame around it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from rounds.careplan.beginning import is_begun
from rounds.careplan.looking import Plan
from rounds.careplan.section_words import Translate
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.card import clinic_card
from rounds.people.frame import staff_frame
from rounds.people.model import Clinic, Person
from rounds.people.queries import record_of
from rounds.web.keys import PAGES
from rounds.web.people import person_values
from rounds.web.request import actor, id_in, language, reading, writing


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose plan a page is about, at which address, and what its layout takes."""

    patient: str
    base: str
    values: dict[str, Any]


def send_to_sign_in(request: web.Request) -> None:
    """Send whoever is not signed in to where they can do so."""
    who, path = actor(request), request.path
    if path.startswith("/my/") and not who.is_at_home:
        raise web.HTTPFound("/my/sign-in?" + urlencode({"next": path}))
    if not path.startswith("/my/") and not who.is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": path}))


async def framed(request: web.Request, unit: Unit) -> Frame:
    """Return the frame of a page, for staff by its path and at home by who is signed in."""
    who = actor(request)
    if "patient" in request.match_info:
        patient = id_in(request, "patient")
        values = await staff_frame(unit, request.app[PAGES], language(request))
        return Frame(patient, f"/patients/{patient}/plan", values)
    clinic = await unit.session.get(Clinic, who.clinic) if who.clinic else None
    me = await unit.session.get(Person, who.person) if who.person else None
    whose = await record_of(unit.session, me.id) if me is not None else None
    if clinic is None or me is None or whose is None:
        raise NotFound("There is nothing here for you.")
    values = {"clinic": clinic_card(clinic), "me": person_values(request, me)}
    return Frame(whose, "/my/plan", values)


@contextlib.asynccontextmanager
async def looking(request: web.Request, patient: str) -> AsyncIterator[Unit]:
    """Open a transaction in which a plan is looked at; it writes only where one has to begin.

    Whoever looks keeps nobody who writes waiting.
    """
    async with reading(request) as unit:
        begun = await is_begun(unit, patient)
    async with (reading if begun else writing)(request) as unit:
        yield unit


async def whose(request: web.Request, unit: Unit) -> tuple[str, str]:
    """Return the patient that a form is about, and the address of their plan's pages.

    Whether the actor may do anything there the rule says. Raises NotFound for a stranger.
    """
    if "patient" in request.match_info:
        patient = id_in(request, "patient")
        return patient, f"/patients/{patient}/plan"
    person = actor(request).person
    if person is None:
        require(unit, Action.PLAN_OPEN, Thing("plan"))
        raise NotFound("There is nothing here for you.")
    return await record_of(unit.session, person) or person, "/my/plan"


def translator(request: web.Request) -> Translate:
    """Return the function that puts a sentence into the reader's language."""
    return request.app[PAGES].languages.translator(language(request))


def plan_values(request: web.Request, frame: Frame, plan: Plan) -> dict[str, Any]:
    """Return what each of these pages shows of a plan: whose it is, and how the signing stands."""
    signed = plan.signed
    me = actor(request).person
    mine = next((one for one in plan.readers if one.person.id == me), None)
    return frame.values | {
        "base": frame.base,
        "is_team": actor(request).is_staff,
        "own": plan.person.id == me,
        "patient": {
            "id": plan.person.id,
            "number": plan.patient.number,
            "born": plan.patient.born,
            **person_values(request, plan.person),
        },
        "now": plan.now.astimezone(plan.zone),
        "signed": {
            "id": signed.id,
            "number": signed.number,
            "at": plan.signatures[0].signed_at.astimezone(plan.zone),
            "is_amended": plan.is_amended,
        }
        if signed
        else None,
        "asked": mine is not None and mine.read_at is None,
    }
