"""The page of the clinic's facts: who it is, its clock, whom people call in danger."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from rounds.admin.clinic import ClockChange, clinic_to_read, clock_change, save_clinic
from rounds.admin.views.entrance import only_staff
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from rounds.people.clinic import ClinicFacts, facts_of, time_zones
from rounds.people.crisis import help_in
from rounds.people.frame import staff_frame
from rounds.web.doors import Door
from rounds.web.errors import speaks_json, status_of
from rounds.web.keys import PAGES
from rounds.web.places import countries, language_names
from rounds.web.request import Body, form_body, language, page, reading, writing

PATH = "/admin/clinic"


class ClinicForm(Body):
    """The facts as the page has them, the revision they began from, and what was agreed to.

    `agreed_zone` is the time zone whose effect was shown; `reviewed` says that the crisis help
    was looked at now.
    """

    name: str = Field("", max_length=1000)
    phone: str = Field("", max_length=1000)
    time_zone: str = Field("", max_length=100)
    country: str = Field("", max_length=100)
    language: str = Field("", max_length=100)
    crisis_number: str = Field("", max_length=1000)
    crisis_text: str = Field("", max_length=4000)
    crisis_source: str = Field("", max_length=4000)
    revision: int = Field(ge=0, le=2**31 - 1)
    reviewed: Literal["", "yes"] = ""
    agreed_zone: str = Field("", max_length=100)

    @property
    def facts(self) -> ClinicFacts:
        """The facts alone, each on one line."""
        told = self.model_dump(include=set(ClinicFacts.__dataclass_fields__))
        return ClinicFacts(**{name: " ".join(value.split()) for name, value in told.items()})


async def clinic_page(request: web.Request) -> web.Response:
    """Show the facts that stand; with `known` the crisis help known of the country beside."""
    only_staff(request)
    return await _page(request)


async def post_clinic(request: web.Request) -> web.StreamResponse:
    """Save; say what another time zone moves first, and show both when somebody was faster."""
    form = await form_body(request, ClinicForm)
    try:
        async with writing(request) as unit:
            change = await clock_change(unit, form.facts)
            if change is None or form.agreed_zone == form.time_zone:
                await save_clinic(unit, form.facts, form.revision, form.reviewed == "yes")
                change = None
    except (Invalid, Conflict) as refusal:
        return await _page(request, form, refusal)
    except Forbidden as refusal:
        if not refusal.details.get("proof") or speaks_json(request):
            raise
        return await _page(request, form, refusal)
    if change is not None:
        return await _page(request, form, change=change)
    raise web.HTTPSeeOther(PATH + "?saved")


async def _page(
    request: web.Request,
    form: ClinicForm | None = None,
    refusal: Refusal | None = None,
    change: ClockChange | None = None,
) -> web.Response:
    pages, words = request.app[PAGES], language(request)
    async with reading(request) as unit:
        clinic = await clinic_to_read(unit)
        frame = await staff_frame(unit, pages, words)
    stands = asdict(facts_of(clinic))
    values = asdict(form.facts) if form else dict(stands)
    known = help_in(values["country"], values["language"])
    if form is None and known is not None and "known" in request.query:
        values |= {
            "crisis_number": known.number,
            "crisis_text": known.text,
            "crisis_source": known.source,
        }
    translate = pages.languages.translator(words)
    return page(
        request,
        "admin/clinic.html",
        status_of(refusal) if refusal else 200,
        **frame,
        values=values,
        error=translate(refusal.message) if refusal else None,
        errors=_errors(refusal, request),
        theirs=_theirs(refusal, values),
        proof=isinstance(refusal, Forbidden),
        change=change,
        revision=clinic.revision,
        agreed_zone=values["time_zone"] if change else (form.agreed_zone if form else ""),
        reviewed=bool(form and form.reviewed),
        reviewed_on=clinic.crisis_reviewed_on,
        known=known,
        saved="saved" in request.query and form is None,
        zones=[(zone, zone.replace("_", " ")) for zone in time_zones()],
        countries=countries(words),
        languages=language_names([*pages.languages.offered(), clinic.language], words),
    )


def _errors(refusal: Refusal | None, request: web.Request) -> Mapping[str, str]:
    translate = request.app[PAGES].languages.translator(language(request))
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    return {name: translate(text) for name, text in fields.items()}


def _theirs(refusal: Refusal | None, values: Mapping[str, Any]) -> Mapping[str, str]:
    """Return what somebody else saved, where it differs from what was written here."""
    stands = refusal.details.get("stands") if isinstance(refusal, Conflict) else None
    if not isinstance(stands, Mapping):
        return {}
    return {name: str(value) for name, value in stands.items() if values[name] != value}


DOORS = [
    Door("GET", "/admin/clinic", Action.CLINIC_READ, clinic_page),
    Door("POST", "/admin/clinic", Action.CLINIC_SET, post_clinic),
]
