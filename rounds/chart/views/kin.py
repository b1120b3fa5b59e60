"""The page about the people close to a patient and how everybody is reached."""

from typing import Any

from aiohttp import web
from pydantic import Field

from rounds.chart.kin import Tie, add_kin, add_way, change_kin, end_kin, remove_way
from rounds.chart.reading import Close, read_chart
from rounds.chart.views.parts import (
    checked_id,
    contact_values,
    face_values,
    filled,
    known,
    refusal_status,
    relationship_choices,
    staff_only,
    translator,
    trouble,
)
from rounds.consent.actions import Action
from rounds.consent.relations import require_patient
from rounds.kernel.errors import Conflict, Invalid, Refusal
from rounds.people.frame import staff_frame
from rounds.people.languages import language_choices
from rounds.people.model import System
from rounds.people.register import Name
from rounds.people.roles import RELATIONSHIPS, relationship_label
from rounds.web.doors import Door
from rounds.web.keys import PAGES, SIGNER
from rounds.web.request import Body, form_body, language, page, writing

LONGEST = 1000


class KinForm(Body):
    """Somebody close to the patient; `own_words` stands when the list has no word for them."""

    prefix: str = Field("", max_length=LONGEST)
    given: str = Field("", max_length=LONGEST)
    family: str = Field("", max_length=LONGEST)
    relationship: str = Field("", max_length=LONGEST)
    own_words: str = Field("", max_length=LONGEST)
    language: str = Field("", max_length=16)
    email: str = Field("", max_length=LONGEST)
    phone: str = Field("", max_length=LONGEST)

    def tie(self) -> Tie:
        """Return who this is to the patient."""
        name = Name(self.given, self.family, self.prefix or None)
        return Tie(name, self.own_words or self.relationship, self.language)


class WayForm(Body):
    """An address of the patient or of somebody close to them."""

    person: str = Field(max_length=36)
    email: str = Field("", max_length=LONGEST)
    phone: str = Field("", max_length=LONGEST)


async def show(request: web.Request) -> web.Response:
    """Show everybody close to the patient with their forms."""
    staff_only(request)
    return await _page(request, None, "", {})


async def add(request: web.Request) -> web.StreamResponse:
    """Enter somebody."""
    form = await form_body(request, KinForm)
    patient = known(request, "patient")
    try:
        async with writing(request) as unit:
            signer = request.app[SIGNER]
            await add_kin(unit, signer, patient, form.tie(), form.email, form.phone)
    except (Invalid, Conflict) as refusal:
        return await _page(request, refusal, "new", form.model_dump())
    raise _back(patient)


async def change(request: web.Request) -> web.StreamResponse:
    """Correct who somebody is."""
    form = await form_body(request, KinForm)
    patient, kin = known(request, "patient"), known(request, "relative")
    try:
        async with writing(request) as unit:
            await change_kin(unit, patient, kin, form.tie())
    except (Invalid, Conflict) as refusal:
        return await _page(request, refusal, kin, form.model_dump())
    raise _back(patient)


async def end(request: web.Request) -> web.StreamResponse:
    """End a relationship."""
    patient = known(request, "patient")
    async with writing(request) as unit:
        await end_kin(unit, patient, known(request, "relative"))
    raise _back(patient)


async def reach(request: web.Request) -> web.StreamResponse:
    """Enter an address, or both kinds at once."""
    form = await form_body(request, WayForm)
    patient, person = known(request, "patient"), checked_id(form.person)
    try:
        async with writing(request) as unit:
            await require_patient(unit, Action.PATIENT_REGISTER, patient)
            if not form.email and not form.phone:
                raise Invalid("Please write an e-mail address or a telephone number.")
            for system, value in ((System.EMAIL, form.email), (System.SMS, form.phone)):
                if value:
                    await add_way(unit, request.app[SIGNER], patient, person, system, value)
    except (Invalid, Conflict) as refusal:
        return await _page(request, refusal, f"ways-{person}", form.model_dump())
    raise _back(patient)


async def forget(request: web.Request) -> web.StreamResponse:
    """Take an address out."""
    patient = known(request, "patient")
    async with writing(request) as unit:
        await remove_way(unit, patient, known(request, "contact"))
    raise _back(patient)


async def _page(
    request: web.Request, refusal: Refusal | None, where: str, sent: dict[str, Any]
) -> web.Response:
    """Show the page; after a refusal the form it was about holds what was sent."""
    async with writing(request) as unit:
        found = await read_chart(unit, known(request, "patient"))
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    reader, translate = language(request), translator(request)
    in_use = [found.clinic.language, found.person.language]
    in_use += [one.person.language for one in found.kin]
    return page(
        request,
        "chart/kin.html",
        refusal_status(refusal),
        **frame,
        **trouble(request, refusal),
        where=where,
        sent=filled(sent),
        blank=filled({}),
        patient={
            "id": found.person.id,
            "url": f"/patients/{found.person.id}",
            "contacts": contact_values(found.contacts),
            "language": found.person.language,
            **face_values(request, found.person),
        },
        kin=[_kin(request, one) for one in found.kin],
        relationships=relationship_choices(request),
        languages=language_choices(reader, translate, *in_use),
    )


def _kin(request: web.Request, one: Close) -> dict[str, Any]:
    listed = one.tie.relationship in RELATIONSHIPS
    return {
        "id": one.person.id,
        "prefix": one.person.prefix or "",
        "given": one.person.given_name,
        "family": one.person.family_name,
        "relationship": one.tie.relationship if listed else "",
        "own_words": "" if listed else one.tie.relationship,
        "role_label": relationship_label(one.tie.relationship, translator(request)),
        "language": one.person.language,
        "contacts": contact_values(one.contacts),
        **face_values(request, one.person),
    }


def _back(patient: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/patients/{patient}/people")


DOORS = [
    Door("GET", "/patients/{patient}/people", Action.PATIENT_REGISTER, show),
    Door("POST", "/patients/{patient}/people", Action.PATIENT_REGISTER, add),
    Door("POST", "/patients/{patient}/people/{relative}", Action.PATIENT_REGISTER, change),
    Door("POST", "/patients/{patient}/people/{relative}/end", Action.PATIENT_REGISTER, end),
    Door("POST", "/patients/{patient}/contacts", Action.PATIENT_REGISTER, reach),
    Door("POST", "/patients/{patient}/contacts/{contact}/remove", Action.PATIENT_REGISTER, forget),
]
