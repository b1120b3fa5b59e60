"""The page where staff look up a self-test by the four letters somebody reads to them."""

from urllib.parse import urlencode

from aiohttp import web

from rounds.accounts.browsers import browser_label
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.people.frame import staff_frame
from rounds.people.roles import role_label
from rounds.rooms.self_test import concerns
from rounds.visits.self_tests import FoundTest, find_test
from rounds.visits.views.light_words import advice, number_words
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import actor, language, page, writing

LONGEST_TYPED = 40


async def look_up(request: web.Request) -> web.Response:
    """Show the test of a code, or the form that asks for one."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))
    typed = request.query.get("code", "")[:LONGEST_TYPED]
    async with writing(request) as unit:
        found = await find_test(unit, typed)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    values = frame | {"typed": typed, "test": _values(request, found) if found else None}
    return page(request, "visits/self_test.html", **values)


def _values(request: web.Request, found: FoundTest) -> dict[str, object]:
    translate = request.app[PAGES].languages.translator(language(request))
    return {
        "result": found.test.result,
        "code": found.test.code,
        "at": found.at,
        "starts_at": found.starts_at,
        "visit": found.visit.id if found.sits_there else None,
        "name": found.person.name,
        "role_label": role_label(Role(found.seat.role), translate),
        "phones": found.phones,
        "browser": browser_label(found.test.browser, translate) if found.test.browser else "",
        "advice": [advice(one, found.report, translate) for one in concerns(found.report)],
        "numbers": number_words(found.report, translate),
    }


DOORS = [Door("GET", "/visits/test", Action.SELF_TESTS, look_up)]
