"""How a person is handed to a page: name, first name, address of the portrait."""

from typing import Protocol

from aiohttp import web

from rounds.web.assets import Assets
from rounds.web.keys import PAGES


class Named(Protocol):
    """What a page needs to know of a person."""

    @property
    def name(self) -> str:
        """The name in full."""

    given_name: str
    portrait: str | None


def person_values(request: web.Request, person: Named) -> dict[str, object]:
    """Return a person as templates and modules take it."""
    face = portrait_url(request.app[PAGES].assets, person.portrait)
    return {"name": person.name, "first_name": person.given_name, "face": face}


def portrait_url(assets: Assets, portrait: str | None) -> str | None:
    """Return the address of a portrait that ships with the product, or nothing."""
    if portrait is None:
        return None
    try:
        return assets.url(portrait)
    except KeyError:
        return None
