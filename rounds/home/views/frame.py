"""What the pages of people at home have in common: the frame, and the way to sign in."""

from typing import Any
from urllib.parse import quote

from aiohttp import web

from rounds.accounts.middleware import RENEWAL
from rounds.people.card import clinic_card
from rounds.people.model import Clinic, Person
from rounds.web.people import person_values
from rounds.web.request import actor

SIGN_IN = "/my/sign-in"


def send_to_sign_in(request: web.Request) -> None:
    """Send whoever is not signed in to the page for it; tell when a copy of a device turned up."""
    if actor(request).is_at_home:
        return
    renewal = request.get(RENEWAL)
    safety = "&safety=1" if renewal is not None and renewal.copied else ""
    raise web.HTTPFound(f"{SIGN_IN}?next={quote(request.path, safe='/')}{safety}")


def inside_my(path: str) -> str:
    """Return `path` if it is one of the pages between visits, else the first of them."""
    plain = path.startswith("/my/") and "\\" not in path and "//" not in path
    harmless = plain and path.isprintable() and not path.startswith(SIGN_IN)
    return path if harmless else "/my"


def frame(request: web.Request, clinic: Clinic, me: Person) -> dict[str, Any]:
    """Return `clinic` and `me` as the pages take them."""
    return {"clinic": clinic_card(clinic), "me": person_values(request, me)}
