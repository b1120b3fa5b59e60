"""Refusal -> page, JSON problem or socket acknowledgement: one table."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from rounds.kernel.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    Refusal,
    Unavailable,
)
from rounds.web.doors import page_above
from rounds.web.keys import HELP, PAGES
from rounds.web.refusal_words import BY_STATUS, OURS
from rounds.web.request import language, page
from rounds.web.return_address import AFTER_SIGN_IN, with_return

STATUS: dict[type[Refusal], int] = {
    Invalid: 422,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    Unavailable: 503,
}

CODE = {status: refusal.code for refusal, status in STATUS.items()} | {500: "unavailable"}


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal."""
    if isinstance(refusal, Unavailable) and refusal.throttled:
        return 429
    return STATUS.get(type(refusal), 500)


def problem(refusal: Refusal, translate: Callable[[str], str]) -> dict[str, Any]:
    """Return a refusal as an object: code, sentence, sentences per field, further numbers."""
    told: dict[str, Any] = {"code": refusal.code, "message": translate(refusal.message)}
    if isinstance(refusal, Invalid) and refusal.fields:
        told["fields"] = {name: translate(text) for name, text in refusal.fields.items()}
    if isinstance(refusal, Unavailable) and refusal.retry_after is not None:
        told["retry_after"] = refusal.retry_after
    return told | dict(refusal.details)


async def answer(request: web.Request, refusal: Refusal) -> web.Response:
    """Return a refusal as JSON to those who speak JSON, as a page to people."""
    status = status_of(refusal)
    translate = request.app[PAGES].languages.translator(language(request))
    headers = {}
    if isinstance(refusal, Unavailable) and refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    if speaks_json(request):
        return web.json_response(
            {"error": problem(refusal, translate)}, status=status, headers=headers
        )
    if refusal.details.get("proof"):
        return _to_prove(request)
    response = await refusal_page(request, status, translate(refusal.message))
    response.headers.update(headers)
    return response


def _to_prove(request: web.Request) -> web.Response:
    """Lead a person to the page where they prove to be there, and back."""
    reads = request.method in ("GET", "HEAD")
    back = request.path_qs if reads else page_above(request, AFTER_SIGN_IN)
    location = with_return("/prove", back)
    return web.Response(status=302 if reads else 303, headers={"Location": location})


def speaks_json(request: web.Request) -> bool:
    """Tell whether a program asks, which is answered in JSON."""
    wanted = "application/json" in request.headers.get("Accept", "")
    return wanted or request.content_type == "application/json" or request.path.endswith(".json")


async def answer_status(request: web.Request, status: int) -> web.Response:
    """Return an answer of HTTP's own, such as 405, as JSON or as a page."""
    if not speaks_json(request):
        return await refusal_page(request, status, "")
    _ = request.app[PAGES].languages.translator(language(request))
    words = BY_STATUS.get(status, OURS)
    told = {"code": CODE.get(status, "invalid"), "message": _(words.happened)}
    return web.json_response({"error": told}, status=status)


async def refusal_page(request: web.Request, status: int, message: str) -> web.Response:
    """Return the page for a refusal: what happened, what is safe, what to do next."""
    _ = request.app[PAGES].languages.translator(language(request))
    words = BY_STATUS.get(status, OURS)
    return page(
        request,
        "errors/refusal.html",
        status,
        status=status,
        title=_(words.title),
        happened=message or _(words.happened),
        safe=_("Nothing you wrote before is lost."),
        next_step=_(words.next_step),
        actions=[{"href": "/", "label": _("Go to the start page")}],
        # No dead end: whoever stands here can at least call.
        clinic=await request.app[HELP](),
    )
