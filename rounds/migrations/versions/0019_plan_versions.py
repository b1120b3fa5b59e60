"""Versions of care plans, with who signed them and who has read them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "plan_versions",
        _uuid("clinic_id"),
        _uuid("plan_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        _uuid("id"),
        _refers("plan_versions", "clinic_id", "clinics"),
        _refers("plan_versions", "plan_id", "care_plans"),
        _refers("plan_versions", "made_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_versions")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_versions_plan_id_number")),
    )
    op.create_table(
        "plan_signatures",
        _uuid("clinic_id"),
        _uuid("version_id"),
        _uuid("person_id"),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("meaning", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        _uuid("id"),
        _refers("plan_signatures", "clinic_id", "clinics"),
        _refers("plan_signatures", "version_id", "plan_versions"),
        _refers("plan_signatures", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_signatures")),
        sa.UniqueConstraint(
            "version_id",
            "person_id",
            "meaning",
            name=op.f("uq_plan_signatures_version_id_person_id_meaning"),
        ),
    )
    op.create_table(
        "plan_acknowledgements",
        _uuid("clinic_id"),
        _uuid("version_id"),
        _uuid("person_id"),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        _uuid("id"),
        _refers("plan_acknowledgements", "clinic_id", "clinics"),
        _refers("plan_acknowledgements", "version_id", "plan_versions"),
        _refers("plan_acknowledgements", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_acknowledgements")),
        sa.UniqueConstraint(
            "version_id", "person_id", name=op.f("uq_plan_acknowledgements_version_id_person_id")
        ),
    )
    op.create_index(
        op.f("ix_plan_acknowledgements_person_id"), "plan_acknowledgements", ["person_id"]
    )


def downgrade() -> None:
    """Go down."""
    for table in ("plan_acknowledgements", "plan_signatures", "plan_versions"):
        op.drop_table(table)


def _uuid(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=False)


def _refers(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}_{other}")
    )
