"""The plan in plain words, on a page and on paper."""

from aiohttp import web

from rounds.careplan.content import check_word
from rounds.careplan.looking import look
from rounds.careplan.plain import not_plain, plain, reading_level
from rounds.careplan.section_words import title_of
from rounds.careplan.views.framing import framed, plan_values, send_to_sign_in, translator
from rounds.careplan.views.time_values import part_values, reader_values
from rounds.consent.actions import Action
from rounds.web.doors import Door
from rounds.web.request import actor, language, page, writing


async def plain_plan(request: web.Request) -> web.Response:
    """Show the plan as its patient reads it; the team also sees what it still owes."""
    return await _shown(request, "careplan/plain.html", "careplan/my_plain.html")


async def print_plan(request: web.Request) -> web.Response:
    """Show the plan as it goes on paper: team notes and what one may not read are not in it."""
    return await _shown(request, "careplan/print.html", "careplan/print.html")


async def _shown(request: web.Request, for_team: str, for_patients: str) -> web.Response:
    send_to_sign_in(request)
    async with writing(request) as unit:
        frame = await framed(request, unit)
        plan = await look(unit, frame.patient)
    words, is_team = translator(request), actor(request).is_staff
    parts = plain(plan.content)
    # The measure knows English only.
    level = reading_level(parts) if is_team and language(request).startswith("en") else None
    return page(
        request,
        for_team if is_team else for_patients,
        **plan_values(request, frame, plan),
        parts=part_values(plan, parts, words, own=True),
        owed=[(title_of(kind, words), one.words) for kind, one in not_plain(parts)],
        level=level,
        readers=reader_values(plan.readers, plan.zone, words),
        word=check_word(plan.signed.hash) if plan.signed else "",
    )


DOORS = [
    Door("GET", "/patients/{patient}/plan/plain", Action.PLAN_OPEN, plain_plan),
    Door("GET", "/my/plan/plain", Action.PLAN_OPEN, plain_plan),
    Door("GET", "/patients/{patient}/plan/print", Action.PLAN_OPEN, print_plan),
    Door("GET", "/my/plan/print", Action.PLAN_OPEN, print_plan),
]
