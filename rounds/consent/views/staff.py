"""For the care team: what the patient agreed to, and writing it down in their presence."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from aiohttp import web

from rounds.consent import recording
from rounds.consent.actions import Action
from rounds.consent.model import Purpose
from rounds.consent.parts import NEVER
from rounds.consent.views.forms import Empty, KeepOutForm, RecordForm
from rounds.consent.views.values import USUAL_ACCESS, Wording
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.people.frame import staff_frame
from rounds.people.roles import role_label
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import PAGES
from rounds.web.request import actor, form_body, language, page, writing

DONE = {
    "given": N_("Written down. It counts from now on."),
    "withdrawn": N_("Taken back. It counts from now on."),
    "kept_out": N_("Written down. It counts from now on."),
    "let_in": N_("Let in again."),
}

Deed = Callable[[Unit], Awaitable[None]]


async def consents(request: web.Request) -> web.Response:
    """Show what a patient agreed to; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))
    return await _show(request)


async def post_agreement(request: web.Request) -> web.Response:
    """Write down what the patient agreed to."""
    form = await form_body(request, RecordForm)
    patient = _patient(request)

    async def deed(unit: Unit) -> None:
        await recording.note_agreement(unit, patient, form.wish(), form.teach_back)

    return await _do(request, "given", deed, form)


async def post_end(request: web.Request) -> web.Response:
    """Write down that the patient took an agreement back."""
    await form_body(request, Empty)
    patient, consent = _patient(request), _known(request.match_info["consent"])
    return await _do(request, "withdrawn", lambda unit: recording.note_end(unit, patient, consent))


async def post_exclusion(request: web.Request) -> web.Response:
    """Write down whom the patient keeps out."""
    form = await form_body(request, KeepOutForm)
    patient = _patient(request)
    person = form.person if is_id(form.person) else ""

    async def deed(unit: Unit) -> None:
        await recording.note_exclusion(unit, patient, person, form.part)

    return await _do(request, "kept_out", deed)


async def post_lift(request: web.Request) -> web.Response:
    """Write down that the patient lets somebody in again."""
    await form_body(request, Empty)
    patient, exclusion = _patient(request), _known(request.match_info["exclusion"])
    return await _do(
        request, "let_in", lambda unit: recording.note_lifting(unit, patient, exclusion)
    )


async def _do(
    request: web.Request, done: str, deed: Deed, form: RecordForm | None = None
) -> web.Response:
    try:
        async with writing(request) as unit:
            await deed(unit)
    except (Invalid, Conflict) as refusal:
        return await _show(request, refusal, form)
    raise web.HTTPSeeOther(f"/patients/{_patient(request)}/consents?done={done}")


async def _show(
    request: web.Request,
    refusal: Invalid | Conflict | None = None,
    form: RecordForm | None = None,
) -> web.Response:
    async with writing(request) as unit:
        sight = await recording.read_record(unit, _patient(request))
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        today = unit.now.astimezone(sight.zone).date()
        viewer = unit.actor.person or ""
    words = Wording(request, sight.zone)
    shown = [row for row in sight.exclusions if recording.is_shown(row, viewer)]
    told = request.query.get("done", "")
    values = frame | {
        "patient": {"id": sight.patient.id, "name": sight.patient.name},
        "agreements": [words.agreement(one) for one in sight.agreements],
        "family": [words.close(one) for one in sight.family],
        "family_text": words.text_now(Purpose.FAMILY),
        "texts": [{"purpose": str(one), "text": words.text_now(one)} for one in Purpose],
        "history": [words.past(row, sight) for row in sight.history],
        "exclusions": [words.exclusion(row, sight) for row in shown],
        "team": [words.member(one) for one in sight.team if one.person.id != viewer],
        "others": [
            {"id": one.id, "name": one.name, "role_label": role_label(role, words.translate)}
            for one, role in sight.others
        ],
        "parts": words.parts(),
        "sections": words.every_section(),
        "never": words.translate(NEVER),
        "today": today.isoformat(),
        "usual": (today + USUAL_ACCESS).isoformat(),
        "done": words.translate(DONE[told]) if told in DONE else None,
        "error": words.translate(refusal.message) if refusal else None,
        "fields": {name: words.translate(text) for name, text in refusal.fields.items()}
        if isinstance(refusal, Invalid)
        else {},
        "tried": form.model_dump(mode="json") if form else None,
    }
    status = status_of(refusal) if refusal else 200
    return page(request, "consent/consents.html", status, **values)


def _patient(request: web.Request) -> str:
    return _known(request.match_info["patient"])


def _known(id: str) -> str:
    if not is_id(id):
        raise NotFound("There is nothing here for you.")
    return id


DOORS = [
    Door("GET", "/patients/{patient}/consents", Action.CONSENT_RECORD, consents),
    Door("POST", "/patients/{patient}/consents", Action.CONSENT_RECORD, post_agreement),
    Door(
        "POST",
        "/patients/{patient}/consents/{consent}/withdraw",
        Action.CONSENT_RECORD,
        post_end,
    ),
    Door("POST", "/patients/{patient}/exclusions", Action.CONSENT_RECORD, post_exclusion),
    Door(
        "POST",
        "/patients/{patient}/exclusions/{exclusion}/lift",
        Action.CONSENT_RECORD,
        post_lift,
    ),
]
