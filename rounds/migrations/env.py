"""Runs migrations on the connection it is given."""

from alembic import context

from rounds.tables import metadata


def run() -> None:
    """Migrate; on SQLite tables are rebuilt where the database cannot alter them."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
