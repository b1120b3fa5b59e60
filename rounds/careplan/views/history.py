"""How a plan came about: events as sentences, versions, and what changed between two of them."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from rounds.careplan.comparing import changes
from rounds.careplan.content import Content
from rounds.careplan.looking import Past, look_back, names_of, writers_of
from rounds.careplan.opening import deeds_in
from rounds.careplan.origins import came_values
from rounds.careplan.rights import Right
from rounds.careplan.section_words import title_of
from rounds.careplan.views.framing import framed, plan_values, send_to_sign_in, translator
from rounds.careplan.views.time_values import (
    change_values,
    event_values,
    reader_values,
    version_values,
)
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.web.doors import Door
from rounds.web.request import actor, page, writing


async def history(request: web.Request) -> web.Response:
    """Show the history of a plan; with `from` and `to` also what changed between two versions."""
    send_to_sign_in(request)
    async with writing(request) as unit:
        frame = await framed(request, unit)
        past = await look_back(unit, frame.patient, request.query.get("section", ""))
        before, after = _chosen(request, past)
        deeds = await deeds_in(unit, past.plan.patient)
        names = dict(past.plan.names) | await names_of(unit, writers_of(past))
    words, zone = translator(request), past.plan.zone
    origins = came_values(past.origins, words)
    names |= {code: one["words"] for code, one in origins.items()}
    own = not actor(request).is_staff
    return page(
        request,
        "careplan/my_history.html" if own else "careplan/history.html",
        **plan_values(request, frame, past.plan),
        **deeds,
        section=request.query.get("section", ""),
        sections=[(kind, title_of(kind, words, own)) for kind in past.plan.opened.rights],
        events=[
            event_values(kind, one, names, origins, zone, words, own) for kind, one in past.events
        ],
        more=past.more,
        may_restore=not own and Right.EDIT in past.plan.opened.rights.values(),
        versions=[version_values(one, names, zone, words) for one in past.versions],
        readers=reader_values(past.plan.readers, zone, words),
        broken=past.broken,
        damaged=[title_of(kind, words, own) for kind in past.damaged],
        compared=_compared(before, after, names, request, own),
        chosen=(request.query.get("from", ""), request.query.get("to", "")),
    )


def _chosen(request: web.Request, past: Past) -> tuple[Content | None, Content]:
    """Return the contents to compare; without `from` nothing is. Raises NotFound."""
    contents: dict[str, Content] = {one.version.id: one.content for one in past.versions}
    contents[""] = past.plan.content
    before, after = request.query.get("from", ""), request.query.get("to", "")
    if not before:
        return None, {}
    if before not in contents or after not in contents:
        raise NotFound("There is nothing here for you.")
    return contents[before], contents[after]


def _compared(
    before: Content | None,
    after: Content,
    names: Mapping[str, str],
    request: web.Request,
    own: bool,
) -> list[dict[str, Any]] | None:
    if before is None:
        return None
    return change_values(changes(before, after), names, translator(request), own)


DOORS = [
    Door("GET", "/patients/{patient}/plan/history", Action.PLAN_OPEN, history),
    Door("GET", "/my/plan/history", Action.PLAN_OPEN, history),
]
