"""rounds restore: a backup into an empty database, or only a rehearsal of it."""

import time
from pathlib import Path

from rounds.backup.files import put_back
from rounds.backup.keys import read_key
from rounds.backup.restoring import Restored, restore, verify
from rounds.commands.backup import NO_KEY, progress
from rounds.kernel.clock import SystemClock
from rounds.kernel.config import Settings
from rounds.kernel.database import make_engine
from rounds.kernel.errors import Invalid


async def restore_from(
    settings: Settings, path: Path, key_file: Path | None, only_verify: bool
) -> None:
    """Restore, or rehearse it in a database that is thrown away. Raises Invalid or Conflict."""
    if key_file is None:
        raise Invalid(NO_KEY)
    key, begun = read_key(key_file), time.monotonic()
    try:
        file = path.open("rb")
    except OSError as fault:
        raise Invalid(f"{path} cannot be read ({fault.strerror}).") from None
    with file:
        if only_verify:
            _tell(await verify(file, key, progress()), begun)
            print("It can be restored: every row came back the same. Your clinic was not touched.")
            return
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = make_engine(settings.database_url)
        try:
            restored = await restore(engine, file, key, progress())
        finally:
            await engine.dispose()
    names = put_back(settings.data, restored.files, SystemClock().now())
    _tell(restored, begun)
    print(f"Back in {settings.data}: {', '.join(names) or 'no further files'}.")
    print("Every row came back the same.\n  Next: rounds doctor, then start the server.")


def _tell(restored: Restored, begun: float) -> None:
    head, rows = restored.header, sum(one.rows for one in restored.sums.values())
    seconds = time.monotonic() - begun
    print(f"Backup of {head.made_at:%Y-%m-%d %H:%M} UTC by rounds {head.version}:")
    print(f"{head.clinics} clinics, {len(restored.sums)} tables, {rows} rows, in {seconds:.1f} s")
