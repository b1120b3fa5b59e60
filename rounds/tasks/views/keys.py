"""What the doors of tasks find in the application."""

from aiohttp import web

from rounds.tasks.entries import Entries

ENTRIES: web.AppKey[Entries] = web.AppKey("plan_entries")
"""The entries of care plans that tasks are made of and noted in."""
