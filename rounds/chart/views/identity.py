"""The page that corrects who a patient is."""

from datetime import date

from aiohttp import web
from pydantic import Field

from rounds.chart.registering import Identity, correct
from rounds.chart.views.parts import (
    known,
    read_date,
    refusal_status,
    staff_only,
    translator,
    trouble,
)
from rounds.consent.actions import Action
from rounds.consent.relations import require_patient
from rounds.kernel.errors import Conflict, Invalid, Refusal
from rounds.people.frame import staff_frame
from rounds.people.languages import language_choices
from rounds.people.model import Clinic, Person
from rounds.people.queries import people_by_id
from rounds.people.register import Name
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SIGNER
from rounds.web.request import Body, form_body, language, page, reading, writing

LONGEST = 1000


class IdentityForm(Body):
    """Who a patient is, as the page sends it."""

    prefix: str = Field("", max_length=LONGEST)
    given: str = Field("", max_length=LONGEST)
    family: str = Field("", max_length=LONGEST)
    born: str = Field("", max_length=40)
    number: str = Field("", max_length=LONGEST)
    language: str = Field("", max_length=16)
    interpreter: str = Field("", max_length=16)


async def show(request: web.Request) -> web.Response:
    """Show what is known."""
    staff_only(request)
    return await _form(request, None, None)


async def save(request: web.Request) -> web.StreamResponse:
    """Correct it, or show the form again with what is in the way."""
    patient = known(request, "patient")
    form = await form_body(request, IdentityForm)
    try:
        async with writing(request) as unit:
            await require_patient(unit, Action.PATIENT_REGISTER, patient)
            name = Name(form.given, form.family, form.prefix or None)
            born: date = read_date(form.born, "born")
            identity = Identity(name, born, form.number, form.language, form.interpreter)
            await correct(unit, request.app[SIGNER], patient, identity)
    except (Invalid, Conflict) as refusal:
        return await _form(request, form, refusal)
    raise web.HTTPSeeOther(f"/patients/{patient}")


async def _form(
    request: web.Request, form: IdentityForm | None, refusal: Refusal | None
) -> web.Response:
    async with reading(request) as unit:
        id = known(request, "patient")
        patient = await require_patient(unit, Action.PATIENT_REGISTER, id)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        person = await unit.session.get_one(Person, id)
        clinic = await unit.session.get_one(Clinic, patient.clinic_id)
        taken = refusal.details.get("taken") if isinstance(refusal, Conflict) else None
        others = await people_by_id(unit.session, taken if isinstance(taken, list) else [])
    stands = {
        "prefix": person.prefix or "",
        "given": person.given_name,
        "family": person.family_name,
        "born": patient.born,
        "number": patient.number,
        "language": person.language,
        "interpreter": patient.interpreter or "",
    }
    reader, translate = language(request), translator(request)
    in_use = (clinic.language, person.language)
    return page(
        request,
        "chart/identity.html",
        refusal_status(refusal),
        **frame,
        **trouble(request, refusal),
        patient={"url": f"/patients/{id}", "name": person.name},
        form=form.model_dump() if form else stands,
        others=[{"name": one.name, "url": f"/patients/{one.id}"} for one in others.values()],
        languages=language_choices(reader, translate, *in_use),
        interpreters=language_choices(reader, translate, patient.interpreter or "", signed=True),
    )


DOORS = [
    Door("GET", "/patients/{patient}/identity", Action.PATIENT_REGISTER, show),
    Door("POST", "/patients/{patient}/identity", Action.PATIENT_REGISTER, save),
]
