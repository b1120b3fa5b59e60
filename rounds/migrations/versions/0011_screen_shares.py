"""When somebody shared a screen in a room, and who asked to."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE = "screen_shares"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        TABLE,
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("room_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seat_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f(f"fk_{TABLE}_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f(f"fk_{TABLE}_room_id_rooms")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f(f"fk_{TABLE}_seat_id_seats")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{TABLE}_room_id"), ["room_id"], unique=False)
        batch_op.create_index(batch_op.f(f"ix_{TABLE}_seat_id"), ["seat_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.drop_index(batch_op.f(f"ix_{TABLE}_seat_id"))
        batch_op.drop_index(batch_op.f(f"ix_{TABLE}_room_id"))

    op.drop_table(TABLE)
