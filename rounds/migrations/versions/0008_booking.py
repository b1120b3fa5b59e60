"""Who booked, who confirmed, why cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("booking_key", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("booked_by", sa.Uuid(as_uuid=False), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cancel_reason", sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_visits_booked_by_people"), "people", ["booked_by"], ["id"]
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_visits_patient_id_booking_key"), ["patient_id", "booking_key"]
        )


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_visits_patient_id_booking_key"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_visits_booked_by_people"), type_="foreignkey")
        batch_op.drop_column("cancel_reason")
        batch_op.drop_column("cancelled_at")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("booked_by")
        batch_op.drop_column("booking_key")
