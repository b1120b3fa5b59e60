"""What every page of the schedule starts from: a known id, a way to sign in, a refusal to show."""

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import is_id
from rounds.web.keys import PAGES
from rounds.web.request import actor, language


def staff_only(request: web.Request) -> None:
    """Send everybody without a staff session to the sign-in page."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))


def known(id: str) -> str:
    """Return an id in our spelling. Raises NotFound for anything else."""
    if not is_id(id):
        raise NotFound("There is nothing here for you.")
    return id


async def failed(request: web.Request, form: str, refusal: Invalid | Conflict) -> dict[str, Any]:
    """Return what a page needs to show a refused form again as it was sent."""
    translate = request.app[PAGES].languages.translator(language(request))
    fields = dict(refusal.fields) if isinstance(refusal, Invalid) else {}
    sent = await request.post()
    return {
        "form": form,
        "message": translate(refusal.message),
        "fields": {name: translate(words) for name, words in fields.items()},
        "sent": {name: str(value) for name, value in sent.items()},
    }
