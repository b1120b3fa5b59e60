"""Edits of plans that rules decided on, until the plan's door has carried them out."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "plan_pending",
        _uuid("clinic_id"),
        _uuid("section_id"),
        _uuid("writer_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edit", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("refused", sa.String(length=32), nullable=True),
        _uuid("id"),
        _refers("plan_pending", "clinic_id", "clinics"),
        _refers("plan_pending", "section_id", "plan_sections"),
        _refers("plan_pending", "writer_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_pending")),
    )
    op.create_index(op.f("ix_plan_pending_seq_refused"), "plan_pending", ["seq", "refused"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("plan_pending")


def _uuid(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=False)


def _refers(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}_{other}")
    )
