"""The summary of a visit: its page, what it is pre-filled with, saved, decided and published."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import ConfigDict, Field

from rounds.careplan.arrival_words import arrival_words
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.people.frame import staff_frame
from rounds.people.roles import role_label
from rounds.visits.agreed_words import EMPTY, one_version
from rounds.visits.closing import (
    LONGEST_AGREED,
    LONGEST_REASON,
    LONGEST_STEP,
    Closing,
    Written,
    read_closing,
    save,
    written_of,
)
from rounds.visits.model import VisitState
from rounds.visits.publishing import publish
from rounds.visits.views.happened_words import Reader, parts
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.reading import grade
from rounds.web.request import (
    Body,
    actor,
    id_in,
    json_body,
    language,
    page,
    writing,
)


class SummaryForm(Body):
    """The summary as the page has it, the revision it began from, whether it is the decision.

    With `into_plan` its next step goes into the care plan.
    """

    # Spaces at the ends are the writer's own.
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)

    next_step: str = Field("", max_length=LONGEST_STEP)
    owner: str = Field("", max_length=40)
    due: date | None = None
    nothing: bool = False
    reason: str = Field("", max_length=LONGEST_REASON)
    agreed: str = Field("", max_length=LONGEST_AGREED)
    revision: int = Field(ge=0)
    decide: bool = False
    into_plan: bool = False


class PublishForm(Body):
    """The revision that was looked at before the button was pressed."""

    revision: int = Field(ge=0)


async def summary_page(request: web.Request) -> web.Response:
    """Show the summary on a page of its own; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))
    async with writing(request) as unit:
        found = await read_closing(unit, id_in(request, "visit"))
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    person = found.people[found.visit.patient_id]
    return page(
        request,
        "visits/closing.html",
        **frame,
        patient=person.name,
        start=found.visit.starts_at.astimezone(ZoneInfo(found.clinic.time_zone)),
        summary=summary_values(request, found),
        agreed_told=EMPTY,
    )


async def summary_json(request: web.Request) -> web.Response:
    """Return the summary as JSON."""
    async with writing(request) as unit:
        found = await read_closing(unit, id_in(request, "visit"))
    return web.json_response(summary_values(request, found))


async def post_summary(request: web.Request) -> web.Response:
    """Save the summary, or decide."""
    form = await json_body(request, SummaryForm)
    if form.owner and not is_id(form.owner):
        raise NotFound("There is nothing here for you.")
    written = Written(form.next_step, form.owner, form.due, form.nothing, form.reason, form.agreed)
    async with writing(request) as unit:
        visit = id_in(request, "visit")
        await save(unit, visit, written, form.revision, form.decide, form.into_plan)
        found = await read_closing(unit, id_in(request, "visit"), Action.SUMMARY_WRITE)
    return web.json_response(summary_values(request, found))


async def post_publish(request: web.Request) -> web.Response:
    """Let the patient read it."""
    form = await json_body(request, PublishForm)
    async with writing(request) as unit:
        await publish(unit, id_in(request, "visit"), form.revision)
        found = await read_closing(unit, id_in(request, "visit"), Action.SUMMARY_WRITE)
    return web.json_response(summary_values(request, found))


def summary_values(request: web.Request, found: Closing) -> dict[str, Any]:
    """Return a summary as page and JSON show it; see docs/PROTOCOL.md."""
    translate = request.app[PAGES].languages.translator(language(request))
    zone, row = ZoneInfo(found.clinic.time_zone), found.row
    written = written_of(row)
    owner = found.people.get(written.owner)
    role = next((role for person, role in found.owners if person.id == written.owner), None)
    published = found.published[0] if found.published else None
    return {
        "visit": found.visit.id,
        "patient": found.people[found.visit.patient_id].name,
        "parts": parts(found.found, Reader(translate, zone, found.people)),
        "revision": row.revision if row else 0,
        "next_step": written.next_step,
        "owner": written.owner,
        "due": written.due_on.isoformat() if written.due_on else "",
        "nothing": written.nothing,
        "reason": written.reason,
        "agreed": written.agreed,
        "grade": _grade(request, written.agreed),
        "decided_at": row.decided_at.isoformat() if row and row.decided_at else None,
        "decided_by": _name(found, row.decided_by if row else None),
        "may_write": found.may_write,
        "ended": found.visit.state == VisitState.FINISHED,
        "quiet": bool(row and row.quiet),
        "plan": found.arrival
        and {
            "standing": found.arrival.standing,
            "words": translate(arrival_words(found.arrival.standing)),
            "may": found.arrival.may,
            "url": found.arrival.url,
        },
        "owners": [
            {"id": person.id, "name": person.name, "role_label": role_label(one, translate)}
            for person, one in found.owners
        ],
        "published": published
        and {
            "at": published.published_at.isoformat(),
            "by": _name(found, published.published_by),
            "version": published.version,
            "stands": written_of(published) == written,
        },
        "preview": EMPTY
        | one_version(
            request.app[PAGES], language(request), written, owner, role, found.visit.patient_id
        )
        | {"written": True, "corrected": published is not None},
    }


def _grade(request: web.Request, text: str) -> int | None:
    """Return the school grade of a text; the formula is one of English."""
    return grade(text) if text.strip() and language(request).startswith("en") else None


def _name(found: Closing, person: str | None) -> str:
    known = found.people.get(person or "")
    return known.name if known else ""


DOORS = [
    Door("GET", "/visits/{visit}/summary", Action.SUMMARY_READ, summary_page),
    Door("GET", "/visits/{visit}/summary.json", Action.SUMMARY_READ, summary_json),
    Door("POST", "/visits/{visit}/summary", Action.SUMMARY_WRITE, post_summary),
    Door("POST", "/visits/{visit}/summary/publish", Action.SUMMARY_WRITE, post_publish),
]
