"""The door for a monitor: numbers for whoever holds the token, nothing for everybody else."""

import hmac

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from rounds.kernel.secret_files import read_secret
from rounds.web.doors import PUBLIC, Door
from rounds.web.keys import FIGURES, SETTINGS

SHORTEST_TOKEN = 32
"""Characters; with a shorter one the door stays closed."""


async def metrics(request: web.Request) -> web.Response:
    """Answer in Prometheus' text format; without the right token there is nothing here.

    The token is sent as `Authorization: Bearer …` (RFC 6750 §2.1).
    """
    token = read_secret(request.app[SETTINGS].metrics_token_file)
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    # Headers may hold bytes that are no text; aiohttp keeps them as half surrogate pairs.
    sent = told.strip().encode("utf-8", "surrogateescape")
    known = hmac.compare_digest(sent, token.encode())
    if len(token) < SHORTEST_TOKEN or scheme.lower() != "bearer" or not known:
        raise web.HTTPNotFound  # the very answer of an address that does not exist
    return web.Response(
        body=await request.app[FIGURES](), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


DOORS = [Door("GET", "/metrics", PUBLIC, metrics)]
