"""Brings a database to a revision, and tells which one it has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine


async def migrate(engine: AsyncEngine, target: str = "head") -> None:
    """Go to `target`: "head", "base" or a revision. Nothing is lost on the way up."""
    async with engine.connect() as connection:
        await connection.run_sync(_migrate, target)
        await connection.commit()


async def current(engine: AsyncEngine) -> str | None:
    """Return the revision of the database, or nothing for an empty one."""
    async with engine.connect() as connection:
        return await connection.run_sync(revision_of)


def revision_of(connection: Connection) -> str | None:
    """Return the revision that a connection sees."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the newest revision there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def revisions() -> frozenset[str]:
    """Return every revision this version knows."""
    script = ScriptDirectory.from_config(_config())
    return frozenset(step.revision for step in script.walk_revisions())


def _migrate(connection: Connection, target: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    here = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(config)
    if target == "head" or _is_ahead(script, here, target):
        command.upgrade(config, target)
    else:
        command.downgrade(config, target)


def _is_ahead(script: ScriptDirectory, here: str | None, target: str) -> bool:
    if target == "base":
        return False
    behind = {step.revision for step in script.iterate_revisions(here or "base", "base")}
    return target not in behind


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
