"""Where the office reads what people wrote after visits, and asks whose words they are."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.ids import is_id
from rounds.people.frame import staff_frame
from rounds.visits.experience_reading import Written, read_words, read_writer
from rounds.visits.experience_words import problem_words
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import actor, language, page, writing


async def show(request: web.Request) -> web.Response:
    """Show what people wrote, without names."""
    _only_staff(request)
    async with writing(request) as unit:
        found = await read_words(unit)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    written = [_values(request, one) for one in found]
    return page(request, "quality/words.html", **frame, written=written, writer=None)


async def show_writer(request: web.Request) -> web.Response:
    """Show whose words these are."""
    _only_staff(request)
    experience = request.match_info["experience"]
    if not is_id(experience):
        raise NotFound("There is nothing here for you.")
    async with writing(request) as unit:
        found = await read_writer(unit, experience)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    writer = {"name": found.person.name, "starts_at": found.starts_at, "phones": found.phones}
    return page(
        request,
        "quality/words.html",
        **frame,
        written=[_values(request, found.written)],
        writer=writer,
    )


def _only_staff(request: web.Request) -> None:
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))


def _values(request: web.Request, one: Written) -> Mapping[str, Any]:
    translate = request.app[PAGES].languages.translator(language(request))
    return {
        "id": one.id,
        "week": one.week,
        "words": one.words,
        "problems": [problem_words(problem, translate) for problem in one.problems],
    }


DOORS = [
    Door("GET", "/quality/words", Action.EXPERIENCE_READ, show),
    Door("GET", "/quality/words/{experience}", Action.EXPERIENCE_READ, show_writer),
]
