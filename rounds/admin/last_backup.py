"""When the clinic was last backed up: a note in the data folder, for doctor and the overview."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

NAME = "last-backup"
DUE_AFTER = timedelta(days=7)
LONGEST_NOTE = 4096


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The moment a backup was taken, and how many bytes it has."""

    at: datetime
    size: int


def note_backup(folder: Path, at: datetime, size: int) -> None:
    """Remember that a backup was made."""
    part = folder / f"{NAME}.part"
    part.write_text(json.dumps({"at": at.isoformat(), "bytes": size}))
    part.chmod(0o600)
    part.replace(folder / NAME)


def last_backup(folder: Path) -> LastBackup | None:
    """Return what was noted last; nothing for a note that is missing or cannot be read."""
    try:
        with (folder / NAME).open() as file:
            told = json.loads(file.read(LONGEST_NOTE))
        at = datetime.fromisoformat(told["at"])
        found = LastBackup(at, int(told["bytes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if at.tzinfo else None
