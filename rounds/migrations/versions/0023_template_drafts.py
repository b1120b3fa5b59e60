"""What clinics have written of their templates and not published."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "plan_template_drafts"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        TABLE,
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("pathway", sa.String(length=32), nullable=False),
        sa.Column("begun_from", sa.String(length=32), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_plan_template_drafts_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["people.id"], name=op.f("fk_plan_template_drafts_kept_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_template_drafts")),
        sa.UniqueConstraint(
            "clinic_id", "pathway", name=op.f("uq_plan_template_drafts_clinic_id_pathway")
        ),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table(TABLE)
