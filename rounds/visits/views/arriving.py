"""What a guest's page sends on arriving: answers, the quick way out, and a self-test's report."""

import os

from aiohttp import web
from pydantic import Field

from rounds.accounts.browsers import browser_words
from rounds.accounts.middleware import THROTTLE
from rounds.accounts.queries.invitations import invitation_by_id
from rounds.consent.actions import Action
from rounds.kernel.errors import Gone, Invalid, NotFound
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit
from rounds.rooms.arrival import own_check_in_told
from rounds.rooms.check_in import (
    LONGEST_COMPANIONS,
    LONGEST_PHONE,
    LONGEST_PLACE,
    Answers,
    Company,
    Safe,
    leave_quickly,
    take_answers,
)
from rounds.rooms.self_test import Report
from rounds.rooms.self_testing import Pass, Passes, begin_as_guest, keep_report
from rounds.visits.self_tests import place_of_link
from rounds.web.doors import Door
from rounds.web.keys import CLIENT_ADDRESS
from rounds.web.request import Body, json_body, reading, writing

PASSES = web.AppKey("passes", Passes)
HEADER = "X-Rounds-Pass"
LARGEST_PIECE = 256 * 1024


class AnswersForm(Body):
    """One or several answers; what is not named stays as it was."""

    place: str | None = Field(None, max_length=LONGEST_PLACE)
    phone: str | None = Field(None, min_length=1, max_length=LONGEST_PHONE)
    known_phone: bool = False
    company: Company | None = None
    companions: str | None = Field(None, max_length=LONGEST_COMPANIONS)
    safe: Safe | None = None


class LinkForm(Body):
    """A link's token."""

    token: str = Field(min_length=1, max_length=128)


class PieceForm(Body):
    """How many bytes to send, to measure how fast they come."""

    size: int = Field(ge=1, le=LARGEST_PIECE)


async def post_answers(request: web.Request) -> web.Response:
    """Keep what a guest answered, as soon as it is answered."""
    form = await json_body(request, AnswersForm)
    async with writing(request) as unit:
        row = await take_answers(unit, await _room(unit, request), Answers(**form.model_dump()))
    return web.json_response({"check_in": own_check_in_told(row)})


async def quick_exit(request: web.Request) -> web.Response:
    """Note that a guest went by the quick way out."""
    async with writing(request) as unit:
        await leave_quickly(unit, await _room(unit, request))
    return web.json_response({})


async def begin_test(request: web.Request) -> web.Response:
    """Give a guest a pass for one self-test."""
    async with writing(request) as unit:
        room, seat = await begin_as_guest(unit, await _room(unit, request))
    await request.app[THROTTLE].take_test(seat.id)
    return web.json_response(request.app[PASSES].give(room, seat, unit.now))


async def begin_test_of_link(request: web.Request) -> web.Response:
    """Give whoever holds a link a pass for one self-test, days before it opens."""
    form = await json_body(request, LinkForm)
    throttle, address = request.app[THROTTLE], request[CLIENT_ADDRESS]
    await throttle.check_link(address)
    try:
        async with reading(request) as unit:
            room, seat = await place_of_link(unit, form.token)
    except NotFound:
        await throttle.count_link(address)
        raise
    await throttle.take_test(seat.id)
    return web.json_response(request.app[PASSES].give(room, seat, unit.now))


async def send_piece(request: web.Request) -> web.Response:
    """Send random bytes, which nothing on the way makes smaller."""
    form = await json_body(request, PieceForm)
    await request.app[THROTTLE].take_probe((await _pass(request)).id)
    return web.Response(body=os.urandom(form.size), content_type="application/octet-stream")


async def take_piece(request: web.Request) -> web.Response:
    """Take bytes and forget them. Raises Invalid for more than a piece."""
    await request.app[THROTTLE].take_probe((await _pass(request)).id)
    taken = 0
    async for part in request.content.iter_any():
        taken += len(part)
        if taken > LARGEST_PIECE:
            raise Invalid("This is too large.")
    return web.json_response({"size": taken})


async def post_report(request: web.Request) -> web.Response:
    """Keep how a self-test went; return its code and its light."""
    report = await json_body(request, Report)
    given = await _pass(request)
    browser = browser_words(request.headers.get("User-Agent", ""))
    async with writing(request) as unit:
        row = await keep_report(unit, given, report, browser)
    return web.json_response({"code": row.code, "result": row.result})


async def _pass(request: web.Request) -> Pass:
    token = request.headers.get(HEADER, "")
    address = request[CLIENT_ADDRESS]
    await request.app[THROTTLE].check_link(address)
    try:
        return request.app[PASSES].read(token)
    except Gone:
        await request.app[THROTTLE].count_link(address)
        raise


async def _room(unit: Unit, request: web.Request) -> str:
    """Return the room of the invitation in the path; a rule then asks whose it is."""
    invitation = request.match_info["guest"]
    if not is_id(invitation):
        raise NotFound("There is nothing here for you.")
    row = await invitation_by_id(unit.session, invitation)
    return row.room_id if row else invitation


DOORS = [
    Door("POST", "/j/test", Action.PUBLIC, begin_test_of_link),
    Door("POST", "/j/test/down", Action.PUBLIC, send_piece),
    Door("POST", "/j/test/up", Action.PUBLIC, take_piece),
    Door("POST", "/j/test/report", Action.PUBLIC, post_report),
    Door("POST", "/j/{guest}/check-in", Action.CHECK_IN, post_answers),
    Door("POST", "/j/{guest}/quick-exit", Action.CHECK_IN, quick_exit),
    Door("POST", "/j/{guest}/test", Action.CHECK_IN, begin_test),
]
