"""Tasks for staff: those of one patient with the form that gives one, and the page of one."""

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid
from rounds.kernel.ids import new_id
from rounds.people.frame import staff_frame
from rounds.scheduling.written import number_of
from rounds.tasks.answering import answer
from rounds.tasks.beginning import begin_task
from rounds.tasks.changing import cancel, pass_on, set_due
from rounds.tasks.giving import give
from rounds.tasks.model import LONGEST_SUBJECT, Deed
from rounds.tasks.reading import read_patient_tasks, read_task
from rounds.tasks.views.forms import (
    EMPTY,
    AnswerForm,
    ChangeForm,
    GiveForm,
    Refused,
    origin_of,
    refused,
    status_for,
)
from rounds.tasks.views.keys import ENTRIES
from rounds.tasks.words import line_values, owner_values, view_values
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import actor, form_body, id_in, language, page, writing

USUAL_DAYS = "5"
NEW = {"subject": "", "owner": "", "days": USUAL_DAYS, "asks": "yes", "key": ""}
ORIGIN = ("origin_kind", "origin_id", "origin_words")


async def patient_tasks(request: web.Request) -> web.Response:
    """Show what is to be done for a patient; another page may hand over what to begin with."""
    _staff_only(request)
    query = request.query
    sent = NEW | {name: query.get(name, "")[:LONGEST_SUBJECT] for name in ("subject", *ORIGIN)}
    origin = origin_of(sent["origin_kind"], sent["origin_id"])
    if origin is not None:
        async with writing(request) as unit:
            patient, entries = id_in(request, "patient"), request.app[ENTRIES]
            begun = await begin_task(unit, patient, origin, entries)
        days = USUAL_DAYS if begun.days is None else str(begun.days)
        sent |= {"subject": begun.subject or sent["subject"], "owner": begun.owner, "days": days}
    return await _show_patient(request, sent | {"key": new_id()})


async def post_task(request: web.Request) -> web.StreamResponse:
    """Give a task."""
    form, patient = await form_body(request, GiveForm), id_in(request, "patient")
    try:
        async with writing(request) as unit:
            wanted = form.wanted()
            if wanted.origin is not None:
                await begin_task(unit, patient, wanted.origin, request.app[ENTRIES])
            await give(unit, patient, wanted)
    except Invalid as fault:
        told = refused(request, Deed.GIVE, fault, "")
        return await _show_patient(request, form.model_dump(), told, 422)
    raise web.HTTPSeeOther(f"/patients/{patient}/tasks")


async def task_page(request: web.Request) -> web.Response:
    """Show one task; strangers are asked to sign in first."""
    _staff_only(request)
    return await _show(request)


async def post_answer(request: web.Request) -> web.StreamResponse:
    """Take the answer of its owner."""
    form, id = await form_body(request, AnswerForm), id_in(request, "task")
    try:
        async with writing(request) as unit:
            await answer(unit, id, Deed(form.deed), form.words)
    except (Invalid, Conflict) as fault:
        told = refused(request, form.deed, fault, form.words)
        return await _show(request, told, status_for(fault))
    raise web.HTTPSeeOther(f"/tasks/{id}")


async def post_change(request: web.Request) -> web.StreamResponse:
    """Give it another day or another owner, or take it back."""
    form, id = await form_body(request, ChangeForm), id_in(request, "task")
    try:
        async with writing(request) as unit:
            if form.deed == "due":
                await set_due(unit, id, _days(form.days), form.words)
            elif form.deed == "hand":
                await pass_on(unit, id, form.owner, form.asks == "yes", form.words)
            else:
                await cancel(unit, id, form.words)
    except (Invalid, Conflict) as fault:
        told = refused(request, form.deed, fault, form.words)
        return await _show(request, told, status_for(fault))
    raise web.HTTPSeeOther(f"/tasks/{id}")


def _days(text: str) -> int:
    # Whoever may not change it learns nothing of what a number should be: the rule refuses it.
    try:
        return number_of(text, "days")
    except Invalid:
        return -1


def _staff_only(request: web.Request) -> None:
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))


async def _show(
    request: web.Request, told: Refused | None = None, status: int = 200
) -> web.Response:
    translate = request.app[PAGES].languages.translator(language(request))
    async with writing(request) as unit:
        found = await read_task(unit, id_in(request, "task"), request.app[ENTRIES])
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    values = {"task": view_values(found, translate), "refused": told or EMPTY, "days": USUAL_DAYS}
    return page(request, "tasks/task.html", status, **frame, **values)


async def _show_patient(
    request: web.Request, sent: dict[str, Any], told: Refused | None = None, status: int = 200
) -> web.Response:
    translate = request.app[PAGES].languages.translator(language(request))
    async with writing(request) as unit:
        found = await read_patient_tasks(unit, id_in(request, "patient"))
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    lines = [line_values(one, translate) for one in found.lines]
    return page(
        request,
        "tasks/patient.html",
        status,
        **frame,
        patient={"id": found.patient.id, "name": found.patient.name},
        unfinished=[one for one in lines if not one["is_over"]],
        over=[one for one in lines if one["is_over"]],
        owners=[owner_values(one, translate) for one in found.owners],
        sent=sent,
        refused=told or EMPTY,
    )


DOORS = [
    Door("GET", "/patients/{patient}/tasks", Action.TASK_GIVE, patient_tasks),
    Door("POST", "/patients/{patient}/tasks", Action.TASK_GIVE, post_task),
    Door("GET", "/tasks/{task}", Action.TASK_READ, task_page),
    Door("POST", "/tasks/{task}/answer", Action.TASK_TEND, post_answer),
    Door("POST", "/tasks/{task}/change", Action.TASK_CHANGE, post_change),
]
