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
from rounds.web.keys import PAGES
from rounds.web.request import language, page

STATUS: dict[type[Refusal], int] = {
    Invalid: 422,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    Unavailable: 503,
}


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


def answer(request: web.Request, refusal: Refusal) -> web.Response:
    """Return a refusal as JSON to those who speak JSON, as a page to people."""
    status = status_of(refusal)
    translate = request.app[PAGES].languages.translator(language(request))
    headers = {}
    if isinstance(refusal, Unavailable) and refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    speaks_json = "application/json" in request.headers.get("Accept", "")
    if speaks_json or request.content_type == "application/json" or request.path.endswith(".json"):
        return web.json_response(
            {"error": problem(refusal, translate)}, status=status, headers=headers
        )
    response = refusal_page(request, status, translate(refusal.message))
    response.headers.update(headers)
    return response


def refusal_page(request: web.Request, status: int, message: str) -> web.Response:
    """Return the page for a refusal: what happened, what is safe, what to do next."""
    _ = request.app[PAGES].languages.translator(language(request))
    title, happened, next_step = {
        403: (_("This is not open to you"), _("You are signed in, but this is not yours to do."), _("Go back, or ask a colleague who may.")),
        404: (_("There is nothing here"), _("This page does not exist, or it is not yours to see."), _("If you came with a link, please open your link again.")),
        405: (_("There is nothing here"), _("This page cannot be used in this way."), _("Go back and try again.")),
        409: (_("Somebody was quicker"), _("This changed while you were looking at it."), _("Load the page again to see how it is now.")),
        410: (_("This has ended"), _("What you opened is over."), _("If you need us, please call.")),
        413: (_("This is too much at once"), _("What was sent is larger than we take."), _("Please send less.")),
        421: (_("Wrong address"), _("This server does not answer under this address."), _("Please use the address you were given.")),
        422: (_("Something is not as it should be"), _("What was sent could not be used."), _("Go back, check it and try again.")),
        429: (_("Please wait a little"), _("There were many tries in a short time."), _("Wait a minute and try again.")),
        503: (_("One moment, please"), _("We are starting again and will be back at once."), _("Try again in a few seconds.")),
    }.get(status, (_("Something went wrong on our side"), _("We could not do what you asked."), _("Please try again. If it happens again, please call.")))  # fmt: skip
    return page(
        request,
        "errors/refusal.html",
        status,
        status=status,
        title=title,
        happened=message or happened,
        safe=_("Nothing you wrote before is lost."),
        next_step=next_step,
        actions=[{"href": "/", "label": _("Go to the start page")}],
        clinic=None,
    )
