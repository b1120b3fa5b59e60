"""What every view asks of its request: the actor, a unit, a page, a JSON body."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from rounds.kernel.actor import Actor
from rounds.kernel.errors import Invalid, NotFound, Refusal
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit
from rounds.web.keys import ACTOR, ASKED, PAGES, REQUEST_ID, SETTINGS, UNITS

Form = TypeVar("Form", bound=BaseModel)


class Body(BaseModel):
    """Base of every form and payload: unknown fields are refused, text is trimmed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        # PostgreSQL takes no NUL in a text, and no person writes one.
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and "\x00" in text for text in texts):
            raise ValueError("must not contain NUL")
        return value


def actor(request: web.Request) -> Actor:
    """Return who is asking."""
    found: Actor = request[ACTOR]
    return found


@contextlib.asynccontextmanager
async def writing(request: web.Request) -> AsyncIterator[Unit]:
    """Open a transaction for the actor of this request."""
    async with request.app[UNITS](actor(request), request[REQUEST_ID]) as unit:
        _let_remember(request, unit)
        try:
            yield unit
        finally:
            request[ASKED] |= unit.asked


@contextlib.asynccontextmanager
async def reading(request: web.Request) -> AsyncIterator[Unit]:
    """Open a transaction that keeps nothing, for the actor of this request."""
    async with request.app[UNITS].reading(actor(request), request[REQUEST_ID]) as unit:
        _let_remember(request, unit)
        try:
            yield unit
        finally:
            request[ASKED] |= unit.asked


def _let_remember(request: web.Request, unit: Unit) -> None:
    # Whoever asks for a page changes nothing, save the trail of what they read.
    if request.method in ("GET", "HEAD"):
        unit.remembered = {}


def language(request: web.Request) -> str:
    """Return the language to answer in: the person's own, else the browser's wish."""
    languages = request.app[PAGES].languages
    person = actor(request) if ACTOR in request else None
    if person is not None and person.session is not None:
        return languages.choose(person.language)
    header = request.headers.get("Accept-Language", "")[:200]
    return languages.choose(*(part.partition(";")[0].strip() for part in header.split(",")))


def page(
    request: web.Request, template: str, http_status: int = 200, **values: Any
) -> web.Response:
    """Return a rendered page."""
    text = request.app[PAGES].render(template, language(request), values)
    response = web.Response(text=text, status=http_status, content_type="text/html")
    # Safe against length attacks (BREACH): a page carries no secret that a request could probe.
    response.enable_compression()
    return response


async def json_body(request: web.Request, form: type[Form]) -> Form:
    """Read a JSON body as `form`. Raises Invalid with a sentence per field."""
    if request.content_type != "application/json":
        raise Invalid("Please send JSON.")
    try:
        return form.model_validate_json(await request.read())
    except ValidationError as fault:
        raise invalid(fault) from None


async def form_body(
    request: web.Request, form: type[Form], lists: frozenset[str] = frozenset()
) -> Form:
    """Read a posted HTML form as `form`. Raises Invalid with a sentence per field.

    Fields named in `lists` may come several times and are read as a list.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise Invalid("Please use the form of this page.")
    try:
        sent = await request.post()
        values: dict[str, str | list[str]] = {key: str(value) for key, value in sent.items()}
        values |= {key: [str(one) for one in sent.getall(key)] for key in lists if key in sent}
        return form.model_validate(values)
    except ValidationError as fault:
        raise invalid(fault) from None
    except (ValueError, LookupError):
        # A declared charset that does not exist, or bytes that are none of its text.
        raise Invalid("This form could not be read.") from None


def invalid(fault: ValidationError) -> Refusal:
    """Turn a validation fault into a refusal, without repeating what was sent."""
    fields = {
        ".".join(str(part) for part in error["loc"]): error["msg"]
        for error in fault.errors(include_input=False, include_url=False)
    }
    return Invalid("Something in this is not as it should be.", fields)


def path_for(request: web.Request, path: str) -> str:
    """Return the public address of a path of ours."""
    return f"{request.app[SETTINGS].origin}{path}"


def known(id: str) -> str:
    """Return what can be an id. Raises NotFound for anything else: nothing of ours is named so."""
    if not is_id(id):
        raise NotFound("There is nothing here for you.")
    return id


def id_in(request: web.Request, name: str) -> str:
    """Return the id at a place of the path, such as "visit". Raises NotFound for what is none."""
    return known(request.match_info[name])
