"""The page of outgoing messages and of what people answered."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from rounds.admin.messages import Desk, read_answer, read_desk, tend
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, NotFound
from rounds.kernel.words import N_
from rounds.notices.model import Notice, NoticeState, Reply
from rounds.people.frame import staff_frame
from rounds.people.model import Person
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import PAGES
from rounds.web.request import Body, actor, form_body, language, page, reading, writing

PATH = "/admin/messages"
# What a kind is called; one without a name of its own is simply a message.
KINDS = {
    "visit_link": N_("Link to a visit"),
    "visit_pin": N_("PIN of a visit"),
    "visit_test": N_("Try your camera"),
    "visit_reminder": N_("Reminder"),
    "visit_moved": N_("New time of a visit"),
    "visit_cancelled": N_("Visit called off"),
    "knock": N_("Somebody waits"),
    "my_sign_in": N_("Code to sign in"),
    "my_verify": N_("Proof of an address"),
    "my_device_ended": N_("A device was taken out"),
    "account_setup": N_("Invitation to an account"),
    "account_reset": N_("New password"),
    "coverage_gap": N_("Nobody on call"),
    "matter_passed": N_("A responsibility passed on"),
    "task_given": N_("A new task"),
    "task_overdue": N_("A task is late"),
    "task_raised": N_("A task of the team is late"),
    "task_declined": N_("A task needs somebody else"),
}
DEEDS = frozenset({"again", "cancel", "done"})
OTHER_KIND = N_("Message")


class DeedForm(Body):
    """Which list the page showed, to come back to it."""

    state: str = Field("", max_length=12)


async def messages(request: web.Request) -> web.StreamResponse:
    """Show the messages; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": PATH}))
    return await _page(request, _state(request.query.get("state", "")))


async def deed(request: web.Request) -> web.StreamResponse:
    """Try a message again, take it back, or note that somebody takes care of it."""
    if request.match_info["deed"] not in DEEDS:
        raise NotFound("There is nothing here for you.")
    return await _do(request, lambda unit, info: tend(unit, info["notice"], info["deed"]))


async def answer_read(request: web.Request) -> web.StreamResponse:
    """Note that somebody read an answer."""
    return await _do(request, lambda unit, info: read_answer(unit, info["reply"]))


async def _do(request: web.Request, work: Callable[..., Any]) -> web.StreamResponse:
    form = await form_body(request, DeedForm)
    state = _state(form.state)
    try:
        async with writing(request) as unit:
            await work(unit, request.match_info)
    except Conflict as refusal:
        # Somebody was faster: the list as it is now says more than an error page.
        return await _page(request, state, refusal)
    query = "?" + urlencode({"state": state}) if state else ""
    raise web.HTTPSeeOther(PATH + query)


async def _page(
    request: web.Request, state: NoticeState | None, refusal: Conflict | None = None
) -> web.StreamResponse:
    pages, words = request.app[PAGES], language(request)
    translate = pages.languages.translator(words)
    async with reading(request) as unit:
        found = await read_desk(unit, state)
        frame = await staff_frame(unit, pages, words)
    return page(
        request,
        "admin/messages.html",
        status_of(refusal) if refusal else 200,
        **frame,
        state=str(state) if state else "",
        counts={str(one): found.counts.get(one, 0) for one in NoticeState},
        notices=[_notice(found, *one, translate) for one in found.notices],
        replies=[_reply(found, *one) for one in found.replies],
        error=translate(refusal.message) if refusal else None,
    )


def _notice(
    found: Desk, row: Notice, person: Person, translate: Callable[[str], str]
) -> dict[str, Any]:
    return {
        "id": row.id,
        "person": person.name,
        "kind": translate(KINDS.get(row.kind, OTHER_KIND)),
        "channel": str(row.channel),
        "state": str(row.state),
        "fault": translate(row.fault) if row.fault else "",
        "tries": row.tries,
        "is_tended": row.seen_at is not None,
        "moment": _local(found, row.sent_at or row.rests_until or row.due_at),
    }


def _reply(found: Desk, row: Reply, person: Person) -> dict[str, Any]:
    return {
        "id": row.id,
        "person": person.name,
        "meaning": str(row.meaning),
        "text": row.text,
        "visit": row.about_id if row.about_kind == "visit" else None,
        "moment": _local(found, row.received_at),
    }


def _local(found: Desk, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(found.clinic.time_zone))


def _state(text: str) -> NoticeState | None:
    return NoticeState(text) if text in set(NoticeState) else None


DOORS = [
    Door("GET", "/admin/messages", Action.NOTICES_READ, messages),
    Door("POST", "/admin/messages/{notice}/{deed}", Action.NOTICES_READ, deed),
    Door("POST", "/admin/messages/answers/{reply}/read", Action.NOTICES_READ, answer_read),
]
