"""Care plans: sections, their log, snapshots, and whose client ids are whose."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "care_plans",
        _uuid("clinic_id"),
        _uuid("patient_id"),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        _uuid("id"),
        _refers("care_plans", "clinic_id", "clinics"),
        _refers("care_plans", "patient_id", "patients", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_plans")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_care_plans_patient_id")),
    )
    op.create_table(
        "plan_sections",
        _uuid("clinic_id"),
        _uuid("plan_id"),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _uuid("id"),
        _refers("plan_sections", "clinic_id", "clinics"),
        _refers("plan_sections", "plan_id", "care_plans"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_sections")),
        sa.UniqueConstraint("plan_id", "kind", name=op.f("uq_plan_sections_plan_id_kind")),
    )
    op.create_table(
        "plan_entries",
        _uuid("clinic_id"),
        _uuid("section_id"),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        _uuid("writer_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        _refers("plan_entries", "clinic_id", "clinics"),
        _refers("plan_entries", "section_id", "plan_sections"),
        _refers("plan_entries", "writer_id", "people"),
        sa.PrimaryKeyConstraint("section_id", "seq", name=op.f("pk_plan_entries")),
    )
    op.create_table(
        "plan_snapshots",
        _uuid("clinic_id"),
        _uuid("section_id"),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        _refers("plan_snapshots", "clinic_id", "clinics"),
        _refers("plan_snapshots", "section_id", "plan_sections"),
        sa.PrimaryKeyConstraint("section_id", "seq", name=op.f("pk_plan_snapshots")),
    )
    op.create_table(
        "plan_clients",
        _uuid("clinic_id"),
        _uuid("section_id"),
        sa.Column("client", sa.BigInteger(), autoincrement=False, nullable=False),
        _uuid("writer_id"),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        _refers("plan_clients", "clinic_id", "clinics"),
        _refers("plan_clients", "section_id", "plan_sections"),
        _refers("plan_clients", "writer_id", "people"),
        sa.PrimaryKeyConstraint("section_id", "client", name=op.f("pk_plan_clients")),
    )


def downgrade() -> None:
    """Go down."""
    for table in ("plan_clients", "plan_snapshots", "plan_entries", "plan_sections", "care_plans"):
        op.drop_table(table)


def _uuid(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=False)


def _refers(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}_{other}")
    )
