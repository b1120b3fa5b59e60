"""Old rows of a plan's log become one where they were written in one go; plans end by choice."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    # Never by a new table in place of the old one: others refer to clinics and sections.
    with op.batch_alter_table("clinics", recreate="never") as table:
        table.add_column(sa.Column("record_years", sa.Integer(), nullable=True))
    with op.batch_alter_table("plan_sections", recreate="never") as table:
        table.add_column(sa.Column("archived", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("plan_entries", recreate="never") as table:
        table.add_column(sa.Column("first_seq", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("plan_entries", recreate="never") as table:
        table.drop_column("begun_at")
        table.drop_column("first_seq")
    with op.batch_alter_table("plan_sections", recreate="never") as table:
        table.drop_column("archived")
    with op.batch_alter_table("clinics", recreate="never") as table:
        table.drop_column("record_years")
