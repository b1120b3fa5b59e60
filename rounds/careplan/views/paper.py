"""The plan on paper as a tagged PDF, with the same content as the page for printing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from aiohttp import web
from babel import Locale

from rounds.careplan.content import check_word
from rounds.careplan.looking import look, look_again
from rounds.careplan.paper import as_pdf
from rounds.careplan.plain import plain
from rounds.careplan.section_words import Translate
from rounds.careplan.views.framing import framed, plan_values, send_to_sign_in, translator
from rounds.careplan.views.keys import PAPER
from rounds.careplan.views.time_values import part_values, reader_values
from rounds.consent.actions import Action
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import actor, language, writing
from rounds.web.templates import date_filters

FILE = "care-plan.pdf"
"""The name of the file names nobody."""


async def paper(request: web.Request) -> web.Response:
    """Give the plan as a PDF: team notes and what one may not read are not in it.

    Whoever lost a part of it while it was being set gets none of it.
    """
    send_to_sign_in(request)
    async with writing(request) as unit:
        frame = await framed(request, unit)
        plan = await look(unit, frame.patient)
    words, is_team, tongue = translator(request), actor(request).is_staff, language(request)
    shown = plan_values(request, frame, plan)
    told = {
        **_tongue(tongue, request.app[PAGES].languages.direction(tongue)),
        **_frame(shown, words, date_filters(tongue)),
        "parts": [
            _part(one, not is_team, words, date_filters(tongue))
            for one in part_values(plan, plain(plan.content), words, own=True)
        ],
        "readers": [
            _reader(one, words, date_filters(tongue))
            for one in reader_values(plan.readers, plan.zone, words)
        ],
    }
    if plan.signed:
        word = words("Check word %(word)s") % {"word": check_word(plan.signed.hash)}
        told["foot"].insert(0, word)
    made = await as_pdf(told, request.app[PAPER])
    async with writing(request) as unit:
        await look_again(unit, plan)
    headers = {"Content-Disposition": f'attachment; filename="{FILE}"'}
    return web.Response(body=made, content_type="application/pdf", headers=headers)


def _tongue(tongue: str, direction: str) -> dict[str, Any]:
    locale = Locale.parse(tongue)
    return {"lang": locale.language, "region": locale.territory, "rtl": direction == "rtl"}


def _frame(
    shown: Mapping[str, Any], words: Translate, filters: Mapping[str, Any]
) -> dict[str, Any]:
    patient, signed, now = shown["patient"], shown["signed"], shown["now"]
    plan_of = words("Plan of %(name)s") % {"name": patient["name"]}
    born = {"born": filters["isodate"](patient["born"]), "number": patient["number"]}
    standing = words("Not signed yet")
    if signed:
        standing = words("Signed %(day)s") % {"day": filters["day"](signed["at"])}
        if signed["is_amended"]:
            standing += ". " + words("It was changed since.")
    printed = {"day": filters["day"](now), "time": filters["clock"](now)}
    return {
        "title": words("My plan") if shown["own"] else plan_of,
        "clinic": shown["clinic"]["name"],
        "head": [f"{patient['name']}, {words('born %(born)s, %(number)s') % born}", standing],
        "empty": words("Nothing is written here yet."),
        "readers_title": words("Read by"),
        "foot": [words("Printed %(day)s, %(time)s") % printed],
    }


def _part(
    part: Mapping[str, Any], marks: bool, words: Translate, filters: Mapping[str, Any]
) -> dict[str, Any]:
    note = words("In the words of your team. Ask them what it means for you.")
    return {
        "title": part["title"],
        "closed": _closed(part["closed"], words, filters),
        "statements": [
            {
                "words": one["words"],
                "note": note if marks and not one["plain"] else "",
                "more": list(one["more"]),
                "facts": [
                    f"{label}: {filters['fulldate'](value) if isinstance(value, date) else value}"
                    for label, value in one["facts"]
                ],
            }
            for one in part["statements"]
        ],
    }


def _closed(
    closed: Mapping[str, Any] | None, words: Translate, filters: Mapping[str, Any]
) -> list[str]:
    if closed is None:
        return []
    day, time = filters["fulldate"](closed["at"]), filters["clock"](closed["at"])
    by = {"name": closed["by"], "day": day, "time": time}
    said = [words("Closed for changes by %(name)s, %(day)s, %(time)s.") % by]
    if closed["reason"]:
        said.append(words("Reason: %(reason)s") % {"reason": closed["reason"]})
    return said


def _reader(one: Mapping[str, Any], words: Translate, filters: Mapping[str, Any]) -> str:
    when = filters["day"](one["at"]) if one["at"] else words("not yet")
    read = ", ".join([when, *one["meanings"]])
    return f"{one['name']}, {one['role_label']}: {read}"


DOORS = [
    Door("GET", "/patients/{patient}/plan/print.pdf", Action.PLAN_OPEN, paper),
    Door("GET", "/my/plan/print.pdf", Action.PLAN_OPEN, paper),
]
