"""rounds migrate: the database's shape."""

from alembic.util import CommandError

from rounds.commands.serve import Refused
from rounds.kernel.config import Settings
from rounds.migrations.runner import current, migrate
from rounds.resources import lay_foundation


async def migrate_to(settings: Settings, target: str) -> None:
    """Go to a revision and say which one the database has now."""
    foundation = lay_foundation(settings)
    try:
        await migrate(foundation.engine, target)
        print(f"The database is at revision {await current(foundation.engine) or 'none'}.")
    except CommandError as fault:
        raise Refused(
            f"{fault}\n  Fix: choose a revision from rounds/migrations/versions"
        ) from None
    finally:
        await foundation.close()
