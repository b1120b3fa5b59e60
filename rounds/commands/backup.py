"""rounds backup: the whole clinic in one sealed file, while the server runs."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from rounds import __version__
from rounds.admin.last_backup import note_backup
from rounds.backup.files import new_file, place, rotate, small_files
from rounds.backup.keys import make_key, read_key
from rounds.backup.sealing import SealedWriter
from rounds.backup.taking import take
from rounds.kernel.clock import SystemClock
from rounds.kernel.config import Settings
from rounds.kernel.database import make_engine
from rounds.kernel.errors import Invalid

NO_KEY = (
    "A backup is sealed with a key, which is kept apart from the server and from the backups.\n"
    "  Fix: rounds backup --make-key FILE, once; then rounds backup --key FILE"
)


async def backup(
    settings: Settings, wanted: Path | None, key_file: Path | None, keep: int | None
) -> Path:
    """Write a backup and say what is in it; return its path. Raises Invalid."""
    if key_file is None:
        raise Invalid(NO_KEY)
    now, key = SystemClock().now(), read_key(key_file)
    _keep_apart(key_file, settings.data)
    path = place(wanted, now)
    if keep is not None and (keep < 1 or path == wanted):
        raise Invalid("--keep takes a number from 1 on, and a folder to keep them in.")
    engine = make_engine(settings.database_url)
    begun = time.monotonic()
    try:
        with new_file(path) as file:
            sealed = SealedWriter(file, key)
            files = small_files(settings.data)
            sums = await take(engine, sealed.write, __version__, now, files, progress())
            sealed.finish()
    finally:
        await engine.dispose()
    size = path.stat().st_size
    note_backup(settings.data, now, size)
    rows = sum(one.rows for one in sums.values())
    seconds = time.monotonic() - begun
    print(f"{path}: {len(sums)} tables, {rows} rows, {size} bytes, in {seconds:.1f} s")
    if keep is not None:
        for old in rotate(path.parent, keep):
            print(f"removed {old}")
    return path


def make_backup_key(path: Path, settings: Settings) -> None:
    """Write a new key and say what to do with it. Raises Invalid."""
    _keep_apart(path, settings.data)
    make_key(path)
    print(f"{path} is the key of your backups.")
    print("Keep a copy of it away from this server and away from the backups, such as on paper")
    print("in a safe: without it nobody can read them, with it everybody can.")


def progress() -> Callable[[str, int], None]:
    """Return what tells a person at a terminal how far it is; others are told nothing."""

    def tell(table: str, rows: int) -> None:
        if sys.stderr.isatty():
            print(f"  {table}: {rows}", file=sys.stderr)

    return tell


def _keep_apart(key_file: Path, data: Path) -> None:
    if key_file.resolve().parent == data.resolve():
        raise Invalid(
            "The key must not lie in the data folder: who takes the one would have the other.\n"
            "  Fix: keep it in another place, such as /etc/rounds/backup-key"
        )
