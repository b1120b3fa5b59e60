"""The page on which the team lowers what one person may do in one plan."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from pydantic import Field

from rounds.audit import trail
from rounds.careplan.kinds import SECTIONS
from rounds.careplan.narrowing import Holder, holders, lower
from rounds.careplan.rights import Right
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import is_id
from rounds.kernel.words import N_
from rounds.people.frame import staff_frame
from rounds.people.model import Person
from rounds.people.roles import role_label
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import PAGES
from rounds.web.people import person_values
from rounds.web.request import Body, actor, form_body, id_in, language, page, writing

RIGHTS: Mapping[str, Right] = {
    "none": Right.NONE,
    "view": Right.VIEW,
    "comment": Right.COMMENT,
    "edit": Right.EDIT,
}
"""What a form calls them."""
WORDS: Mapping[Right, str] = {
    Right.NONE: N_("Sees nothing of it"),
    Right.VIEW: N_("Reads"),
    Right.COMMENT: N_("Reads and comments"),
    Right.EDIT: N_("Reads and writes"),
}


class RightForm(Body):
    """Who may do at most what in which section; without a right, what their role gives."""

    person: str = Field("", max_length=36)
    kind: str = Field("", max_length=32)
    right: str = Field("", max_length=8)


async def show(request: web.Request) -> web.Response:
    """Show who may do what."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path_qs}))
    return await _page(request)


async def change(request: web.Request) -> web.Response:
    """Lower a right, or give it back."""
    form = await form_body(request, RightForm)
    patient = id_in(request, "patient")
    try:
        async with writing(request) as unit:
            if form.right and form.right not in RIGHTS:
                raise Invalid("Choose less than what the role gives.")
            person = form.person if is_id(form.person) else ""
            await lower(unit, patient, person, form.kind, RIGHTS.get(form.right))
    except (Invalid, Conflict) as refusal:
        return await _page(request, refusal, form.person)
    raise web.HTTPSeeOther(f"/patients/{patient}/plan/rights")


async def _page(
    request: web.Request, refusal: Invalid | Conflict | None = None, about: str = ""
) -> web.Response:
    patient = id_in(request, "patient")
    async with writing(request) as unit:
        found = await holders(unit, patient)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        whose = await unit.session.get(Person, patient)
        if whose is None:
            raise NotFound("There is nothing here for you.")
        await trail.record_reading(unit, Action.PLAN_RIGHTS, "plan", patient, patient)
    translate = request.app[PAGES].languages.translator(language(request))
    me = actor(request).person
    return page(
        request,
        "careplan/rights.html",
        status_of(refusal) if refusal else 200,
        **frame,
        patient={"name": whose.name, "url": f"/patients/{whose.id}"},
        holders=[_values(request, one, translate) for one in found if one.person.id != me],
        about=about,
        error=translate(refusal.message) if refusal else None,
    )


def _values(request: web.Request, one: Holder, translate: Callable[[str], str]) -> dict[str, Any]:
    most = max(one.by_role.values())
    return person_values(request, one.person) | {
        "id": one.person.id,
        "role_label": role_label(one.role, translate),
        "lowered": [
            {
                "kind": kind,
                "title": translate(section.title),
                "words": translate(WORDS[min(one.lowered[kind], one.by_role[kind])]),
            }
            for kind, section in SECTIONS.items()
            if kind in one.lowered and kind in one.by_role
        ],
        "sections": [
            (kind, translate(section.title), translate(WORDS[one.by_role[kind]]))
            for kind, section in SECTIONS.items()
            if kind in one.by_role
        ],
        "choices": [
            (name, translate(WORDS[right])) for name, right in RIGHTS.items() if right < most
        ],
    }


DOORS = [
    Door("GET", "/patients/{patient}/plan/rights", Action.PLAN_RIGHTS, show),
    Door("POST", "/patients/{patient}/plan/rights", Action.PLAN_RIGHTS, change),
]
