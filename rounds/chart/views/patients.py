"""The list of patients, and the page that adds one."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from rounds.chart.listing import PAGE, Line, Listing, Show, Wish, list_patients, note_listing
from rounds.chart.registering import Entry, Identity, register
from rounds.chart.searching import LONGEST_WORDS
from rounds.chart.teaming import colleagues
from rounds.chart.views.parts import (
    colleague_choices,
    face_values,
    local,
    read_date,
    refusal_status,
    staff_only,
    tongue,
    translator,
    trouble,
)
from rounds.consent.access import OFFICE, Thing, require
from rounds.consent.actions import Action
from rounds.kernel.actor import CLINICIANS, Role
from rounds.kernel.errors import Conflict, Invalid, Refusal
from rounds.people.frame import staff_frame
from rounds.people.languages import language_choices
from rounds.people.model import Clinic, Matter, Person
from rounds.people.queries import people_by_id
from rounds.people.register import Name
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SIGNER
from rounds.web.people import portrait_url
from rounds.web.request import Body, actor, form_body, language, page, reading, writing

LONGEST = 1000


class PatientForm(Body):
    """A patient as the page sends one; `anyway` says that a warning was read."""

    prefix: str = Field("", max_length=LONGEST)
    given: str = Field("", max_length=LONGEST)
    family: str = Field("", max_length=LONGEST)
    born: str = Field("", max_length=40)
    number: str = Field("", max_length=LONGEST)
    language: str = Field("", max_length=16)
    interpreter: str = Field("", max_length=16)
    email: str = Field("", max_length=LONGEST)
    phone: str = Field("", max_length=LONGEST)
    lead: str = Field("", max_length=36)
    coordinator: str = Field("", max_length=36)
    anyway: bool = False

    def identity(self) -> Identity:
        """Return who this is. Raises Invalid for a date that is none."""
        name = Name(self.given, self.family, self.prefix or None)
        born = read_date(self.born, "born")
        return Identity(name, born, self.number, self.language, self.interpreter)


async def patients(request: web.Request) -> web.Response:
    """Show the patients the actor works with."""
    staff_only(request)
    wish = _wish(request)
    async with reading(request) as unit:
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        found = await list_patients(unit, wish)
    async with writing(request) as unit:
        await note_listing(unit)
    role = actor(request).role
    return page(
        request,
        "chart/patients.html",
        **frame,
        words=wish.words,
        show=found.show,
        choices=[(one, _address(wish, one, 1)) for one in found.offers],
        patients=[_line(request, one, ZoneInfo(found.clinic.time_zone)) for one in found.lines],
        found=found.found,
        first=found.first,
        last=found.first + len(found.lines) - 1,
        before=_address(wish, found.show, _page(found) - 1) if found.first > 1 else None,
        after=_address(wish, found.show, _page(found) + 1) if found.has_more else None,
        adds=role in OFFICE | CLINICIANS,
        imports=role in OFFICE,
    )


async def new(request: web.Request) -> web.Response:
    """Show the empty form of a patient."""
    staff_only(request)
    return await _form(request, PatientForm(), None)


async def add(request: web.Request) -> web.StreamResponse:
    """Enter a patient, or show the form again with what is in the way."""
    form = await form_body(request, PatientForm)
    try:
        async with writing(request) as unit:
            # Who may not add anybody learns nothing of what would be wrong with it.
            require(unit, Action.PATIENT_ADD, Thing("clinic", unit.actor.clinic))
            entry = Entry(form.identity(), form.email, form.phone, form.lead, form.coordinator)
            person = await register(unit, request.app[SIGNER], entry, form.anyway)
    except (Invalid, Conflict) as refusal:
        return await _form(request, form, refusal)
    raise web.HTTPSeeOther(f"/patients/{person.id}")


async def _form(request: web.Request, form: PatientForm, refusal: Refusal | None) -> web.Response:
    details = refusal.details if isinstance(refusal, Conflict) else {}
    async with reading(request) as unit:
        require(unit, Action.PATIENT_ADD, Thing("clinic", unit.actor.clinic))
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        clinic = await unit.session.get_one(Clinic, unit.actor.clinic)
        offered = await colleagues(unit, clinic.id)
        others = await people_by_id(unit.session, _named(details))
    me = unit.actor.person or ""
    values = form.model_dump()
    if refusal is None:
        values |= {"language": clinic.language, **_usual_team(unit.actor.role, me)}
    return page(
        request,
        "chart/new.html",
        refusal_status(refusal),
        **frame,
        **trouble(request, refusal),
        form=values,
        alike=details.get("alike") is not None,
        others=[_other(person) for person in others.values()],
        languages=language_choices(language(request), translator(request), clinic.language),
        interpreters=language_choices(language(request), translator(request), signed=True),
        leads=colleague_choices(request, offered, Matter.LEAD),
        coordinators=colleague_choices(request, offered, Matter.COORDINATION),
        joins=unit.actor.role in CLINICIANS,
    )


def _usual_team(role: object, me: str) -> dict[str, str]:
    if role in CLINICIANS:
        return {"lead": me}
    return {"coordinator": me} if role == Role.COORDINATOR else {}


def _named(details: Any) -> list[str]:
    found = [*(details.get("alike") or ()), *(details.get("taken") or ())]
    return [str(one) for one in found]


def _other(person: Person) -> dict[str, str]:
    return {"name": person.name, "url": f"/patients/{person.id}"}


def _line(request: web.Request, line: Line, zone: ZoneInfo) -> dict[str, Any]:
    row = line.row
    name = " ".join(part for part in (row.prefix, row.given_name, row.family_name) if part)
    return {
        "url": f"/patients/{row.id}",
        "name": name,
        "face": portrait_url(request.app[PAGES].assets, row.portrait),
        "born": row.born,
        "number": row.number,
        "language": tongue(request, row.language),
        "interpreter": tongue(request, row.interpreter) if row.interpreter else None,
        "lead": face_values(request, line.lead) if line.lead else None,
        "coordinator": face_values(request, line.coordinator) if line.coordinator else None,
        "next_visit": local(line.next_visit, zone) if line.next_visit else None,
    }


def _wish(request: web.Request) -> Wish:
    words = request.query.get("q", "").replace("\x00", "")[:LONGEST_WORDS].strip()
    wanted = request.query.get("show", "")
    number = request.query.get("page", "1")
    show = Show(wanted) if wanted in set(Show) else None
    return Wish(words, show, int(number) if number.isdecimal() and len(number) < 6 else 1)


def _address(wish: Wish, show: Show, number: int) -> str:
    asked = {"q": wish.words, "show": str(show), "page": str(number) if number > 1 else ""}
    return "/patients?" + urlencode({name: value for name, value in asked.items() if value})


def _page(found: Listing) -> int:
    return (found.first - 1) // PAGE + 1


DOORS = [
    Door("GET", "/patients", Action.PATIENT_LIST, patients),
    Door("GET", "/patients/new", Action.PATIENT_ADD, new),
    Door("POST", "/patients/new", Action.PATIENT_ADD, add),
]
