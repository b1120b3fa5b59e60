"""Where people say whether they come: the page behind a reminder's link, and text messages."""

from aiohttp import web
from pydantic import ConfigDict, Field, ValidationError

from rounds.accounts.middleware import THROTTLE
from rounds.consent.actions import Action
from rounds.kernel.errors import Gone, NotFound
from rounds.notices.credentials import read_secret
from rounds.people.card import only_card
from rounds.visits.answers import is_signed, take_reply
from rounds.visits.confirming import answer, read_question
from rounds.web.doors import Door
from rounds.web.keys import CLIENT_ADDRESS, SETTINGS, SIGNER, UNITS
from rounds.web.request import Body, invalid, json_body, page, reading, writing

LONGEST_REPLY = 16_384
SIGNATURE = "X-Rounds-Signature"


class TokenForm(Body):
    """The token of a reminder's link."""

    token: str = Field(min_length=1, max_length=1024)


class AnswerForm(TokenForm):
    """The token, and whether its owner comes."""

    comes: bool


class ReplyForm(Body):
    """A text message that came back; a gateway may tell more than we ask."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    id: str = Field(min_length=1, max_length=100)
    sender: str = Field(alias="from", min_length=2, max_length=24)
    text: str = Field(max_length=4000)


async def confirm_page(request: web.Request) -> web.Response:
    """Show the page that reads the token from the fragment; opening it changes nothing."""
    return page(request, "visits/confirm.html", clinic=await only_card(request.app[UNITS]))


async def look(request: web.Request) -> web.Response:
    """Tell what is asked, and what was answered before; changes nothing."""
    form = await json_body(request, TokenForm)
    throttle, address = request.app[THROTTLE], request[CLIENT_ADDRESS]
    await throttle.check_link(address)
    try:
        async with reading(request) as unit:
            found = await read_question(unit, request.app[SIGNER], form.token)
    except Gone:
        await throttle.count_link(address)
        raise
    return web.json_response(
        {
            "clinic": found.clinic.name,
            "phone": found.clinic.phone,
            "starts_at": found.starts_at.isoformat(),
            "answer": found.answer,
        }
    )


async def post_answer(request: web.Request) -> web.Response:
    """Note the answer."""
    form = await json_body(request, AnswerForm)
    throttle, address = request.app[THROTTLE], request[CLIENT_ADDRESS]
    await throttle.check_link(address)
    try:
        async with writing(request) as unit:
            await answer(unit, request.app[SIGNER], form.token, form.comes)
    except Gone:
        await throttle.count_link(address)
        raise
    return web.json_response({})


async def sms_reply(request: web.Request) -> web.Response:
    """Take an answer from the gateway, if it is the gateway; else there is nothing here."""
    app, address = request.app, request[CLIENT_ADDRESS]
    await app[THROTTLE].check_link(address)
    body = await request.content.read(LONGEST_REPLY + 1)
    secret = read_secret(app[SETTINGS].sms_reply_secret_file)
    async with reading(request) as unit:
        now = unit.now.timestamp()
    signed = is_signed(secret, request.headers.get(SIGNATURE, ""), body, now)
    if len(body) > LONGEST_REPLY or not signed:
        await app[THROTTLE].count_link(address)
        raise NotFound("There is nothing here for you.")
    try:
        form = ReplyForm.model_validate_json(body)
    except ValidationError as fault:
        raise invalid(fault) from None
    async with writing(request) as unit:
        await take_reply(unit, app[SIGNER], form.id, form.sender, form.text)
    return web.json_response({})


DOORS = [
    Door("GET", "/confirm", Action.PUBLIC, confirm_page),
    Door("POST", "/confirm/look", Action.PUBLIC, look),
    Door("POST", "/confirm", Action.PUBLIC, post_answer),
    Door("POST", "/sms/reply", Action.PUBLIC, sms_reply),
]
