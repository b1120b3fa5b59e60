"""What doors may take from the application and from a request."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from rounds.kernel.actor import Actor
from rounds.kernel.config import Settings
from rounds.kernel.signing import Signer
from rounds.kernel.tasks import Tasks
from rounds.kernel.unit import Units
from rounds.media.engine import MediaEngine
from rounds.web.templates import Pages

SETTINGS = web.AppKey("settings", Settings)
UNITS = web.AppKey("units", Units)
SIGNER = web.AppKey("signer", Signer)
TASKS = web.AppKey("tasks", Tasks)
PAGES = web.AppKey("pages", Pages)
# Whom to call, for pages that know nothing else.
HELP: web.AppKey[Callable[[], Awaitable[dict[str, object] | None]]] = web.AppKey("help")
# What keeps this server from taking new people, in words of the machine; nothing when it can.
HINDRANCES: web.AppKey[Callable[[], Awaitable[list[str]]]] = web.AppKey("hindrances")
# What a monitor may read, in Prometheus' text format.
FIGURES: web.AppKey[Callable[[], Awaitable[bytes]]] = web.AppKey("figures")
MEDIA = web.AppKey("media", MediaEngine)

REQUEST_ID = web.RequestKey("request_id", str)
ACTOR = web.RequestKey("actor", Actor)
ASKED = web.RequestKey("asked", set[str])
CLIENT_ADDRESS = web.RequestKey("client_address", str)
