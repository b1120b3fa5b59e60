"""How often a clinic was changed, and since when nothing of it may be deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    # Never by a new table in place of the old one: everything refers to clinics.
    with op.batch_alter_table("clinics", recreate="never") as clinics:
        clinics.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        clinics.add_column(sa.Column("on_hold_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("clinics", recreate="never") as clinics:
        clinics.drop_column("on_hold_since")
        clinics.drop_column("revision")
