"""Looks at the data folder: who can read it, how much room is left, when it was backed up."""

import stat
from collections.abc import Iterator
from datetime import datetime

from rounds.admin.disk import free_bytes
from rounds.admin.last_backup import DUE_AFTER, last_backup
from rounds.kernel.config import Settings
from rounds.kernel.finding import Finding

LEAST_FREE_BYTES = 1 << 30
BACKUP_FIX = "Run: rounds backup FOLDER --key FILE --keep 14, every night (docs/OPERATIONS.md)."


def look_at_folder(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield what is weak about the data folder."""
    yield from _modes(settings)
    yield from _room(settings)
    yield from _backup(settings, now)


def _modes(settings: Settings) -> Iterator[Finding]:
    for path in sorted(settings.data.rglob("*")):
        # The secret has its own, sterner examination; links are judged by what they lead to.
        if path.is_symlink() or not path.is_file() or path == settings.data / "secret":
            continue
        if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
            yield Finding(False, f"{path} is open to others.", f"Run: chmod 600 {path}")


def _room(settings: Settings) -> Iterator[Finding]:
    free = free_bytes(settings.data)
    if free < LEAST_FREE_BYTES:
        yield Finding(
            False,
            f"Only {free >> 20} MiB are left where {settings.data} is.",
            "Make room, or move the data folder to a larger disk.",
        )


def _backup(settings: Settings, now: datetime) -> Iterator[Finding]:
    last = last_backup(settings.data)
    if last is None:
        yield Finding(False, "This clinic was never backed up.", BACKUP_FIX)
    elif now - last.at > DUE_AFTER:
        days = (now - last.at).days
        yield Finding(False, f"The last backup is {days} days old.", BACKUP_FIX)
