"""Edits of a plan that name where they came from, so that each comes once."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

PENDING = "plan_pending"


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table(PENDING, schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_plan_pending_section_id_origin"), PENDING, ["section_id", "origin"])


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f("ix_plan_pending_section_id_origin"), table_name=PENDING)
    with op.batch_alter_table(PENDING, schema=None, recreate="never") as batch_op:
        batch_op.drop_column("origin")
