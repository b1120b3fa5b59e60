"""What lives as long as the process and doors may take from the application."""

from aiohttp import web

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
MEDIA = web.AppKey("media", MediaEngine)

REQUEST_ID = "rounds.request"
ACTOR = "rounds.actor"
ASKED = "rounds.asked"
