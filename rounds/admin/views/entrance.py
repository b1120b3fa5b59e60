"""The way into every page of the clinic: strangers sign in first."""

from urllib.parse import urlencode

from aiohttp import web

from rounds.web.request import actor


def only_staff(request: web.Request) -> None:
    """Send whoever is not signed in as staff to the sign-in page, and back here afterwards."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))
