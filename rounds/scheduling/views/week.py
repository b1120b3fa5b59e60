"""The week: who is on call, gaps, who is away."""

import contextlib
from datetime import timedelta

from aiohttp import web

from rounds.consent.access import Thing, can
from rounds.consent.actions import Action
from rounds.kernel.errors import Invalid
from rounds.people.frame import staff_frame
from rounds.scheduling.views.frame import staff_only
from rounds.scheduling.week import read_week
from rounds.scheduling.working import WEEK
from rounds.scheduling.written import day_of
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import actor, language, page, reading


async def week(request: web.Request) -> web.Response:
    """Show the week a day lies in; without a readable day, the present one."""
    staff_only(request)
    around = None
    with contextlib.suppress(Invalid):
        around = day_of(request.query.get("day", ""), "day")
    async with reading(request) as unit:
        found = await read_week(unit, around)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    schedule = Thing("schedule", found.clinic.id, found.clinic.id)
    return page(
        request,
        "scheduling/week.html",
        **frame,
        week=found,
        zone=found.zone.key,
        before=found.monday - timedelta(days=WEEK),
        after=found.monday + timedelta(days=WEEK),
        keeps_all=can(actor(request), Action.HOURS_MANAGE, schedule).allowed,
    )


DOORS = [Door("GET", "/schedule", Action.ON_CALL_READ, week)]
