"""Templates of plans in the versions of a clinic, and the plans they were used in."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "plan_templates",
        _uuid("clinic_id"),
        sa.Column("pathway", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _moment("made_at"),
        _uuid("made_by", nullable=True),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _uuid("id"),
        _refers("plan_templates", "clinic_id", "clinics"),
        _refers("plan_templates", "made_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_templates")),
        sa.UniqueConstraint(
            "clinic_id",
            "pathway",
            "number",
            name=op.f("uq_plan_templates_clinic_id_pathway_number"),
        ),
    )
    op.create_table(
        "plan_template_uses",
        _uuid("clinic_id"),
        _uuid("plan_id"),
        _uuid("template_id"),
        _uuid("used_by"),
        _moment("used_at"),
        sa.Column("brought", sa.LargeBinary(), nullable=False),
        _moment("put_away_at", nullable=True),
        _uuid("put_away_by", nullable=True),
        sa.Column("stayed", sa.Integer(), nullable=False),
        _uuid("id"),
        _refers("plan_template_uses", "clinic_id", "clinics"),
        _refers("plan_template_uses", "plan_id", "care_plans"),
        _refers("plan_template_uses", "template_id", "plan_templates"),
        _refers("plan_template_uses", "used_by", "people"),
        _refers("plan_template_uses", "put_away_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_template_uses")),
    )
    op.create_index(op.f("ix_plan_template_uses_plan_id"), "plan_template_uses", ["plan_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("plan_template_uses")
    op.drop_table("plan_templates")


def _uuid(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}_{other}")
    )
