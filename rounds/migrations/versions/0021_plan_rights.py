"""Lower rights in sections of a plan than somebody's role gives."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "plan_rights",
        _uuid("clinic_id"),
        _uuid("plan_id"),
        _uuid("person_id"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        _uuid("set_by"),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        _uuid("id"),
        _refers("plan_rights", "clinic_id", "clinics"),
        _refers("plan_rights", "plan_id", "care_plans"),
        _refers("plan_rights", "person_id", "people"),
        _refers("plan_rights", "set_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_rights")),
        sa.UniqueConstraint(
            "plan_id", "person_id", "kind", name=op.f("uq_plan_rights_plan_id_person_id_kind")
        ),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("plan_rights")


def _uuid(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=False)


def _refers(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}_{other}")
    )
