"""What the doors of a plan find in the application."""

from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from rounds.sync.hub import Hub

HUB: web.AppKey[Callable[[], Hub]] = web.AppKey("plan_hub")
"""Returns the sections that are open in this process, once the server runs."""
PAPER: web.AppKey[Path] = web.AppKey("plan_paper", Path)
"""How a plan is laid out on paper."""
