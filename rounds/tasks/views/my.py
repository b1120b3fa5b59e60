"""One task at home: what a patient or relative agreed to do, and what they say of it."""

from urllib.parse import quote

from aiohttp import web

from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid
from rounds.people.card import clinic_card
from rounds.people.model import Person
from rounds.tasks.answering import answer
from rounds.tasks.model import Deed
from rounds.tasks.reading import read_my_task
from rounds.tasks.views.forms import EMPTY, AnswerForm, Refused, refused, status_for
from rounds.tasks.views.keys import ENTRIES
from rounds.tasks.words import view_values
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.people import person_values
from rounds.web.request import actor, form_body, id_in, language, page, writing

SIGN_IN = "/my/sign-in"


async def my_task(request: web.Request) -> web.Response:
    """Show the task; whoever is not signed in at home is asked to be."""
    if not actor(request).is_at_home:
        raise web.HTTPFound(f"{SIGN_IN}?next={quote(request.path, safe='/')}")
    return await _show(request)


async def post_my_answer(request: web.Request) -> web.StreamResponse:
    """Take the answer of its owner."""
    form, id = await form_body(request, AnswerForm), id_in(request, "task")
    try:
        async with writing(request) as unit:
            await answer(unit, id, Deed(form.deed), form.words)
    except (Invalid, Conflict) as fault:
        told = refused(request, form.deed, fault, form.words)
        return await _show(request, told, status_for(fault))
    raise web.HTTPSeeOther(f"/my/tasks/{id}")


async def _show(
    request: web.Request, told: Refused | None = None, status: int = 200
) -> web.Response:
    translate = request.app[PAGES].languages.translator(language(request))
    async with writing(request) as unit:
        found = await read_my_task(unit, id_in(request, "task"), request.app[ENTRIES])
        me = await unit.session.get_one(Person, unit.actor.person)
    return page(
        request,
        "tasks/my_task.html",
        status,
        clinic=clinic_card(found.clinic),
        me=person_values(request, me),
        task=view_values(found, translate),
        refused=told or EMPTY,
    )


DOORS = [
    Door("GET", "/my/tasks/{task}", Action.MY_TASK, my_task),
    Door("POST", "/my/tasks/{task}/answer", Action.MY_TASK_TEND, post_my_answer),
]
