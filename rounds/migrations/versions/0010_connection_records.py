"""How each person's connection to a room was."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "connection_records"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        TABLE,
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("room_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seat_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("present_ms", sa.BigInteger(), nullable=False),
        sa.Column("weak_ms", sa.BigInteger(), nullable=False),
        sa.Column("lost_ms", sa.BigInteger(), nullable=False),
        sa.Column("reconnections", sa.Integer(), nullable=False),
        sa.Column("up_packets", sa.BigInteger(), nullable=False),
        sa.Column("up_lost", sa.BigInteger(), nullable=False),
        sa.Column("down_packets", sa.BigInteger(), nullable=False),
        sa.Column("down_lost", sa.BigInteger(), nullable=False),
        sa.Column("freezes", sa.BigInteger(), nullable=False),
        sa.Column("frozen_ms", sa.BigInteger(), nullable=False),
        sa.Column("watched_ms", sa.BigInteger(), nullable=False),
        sa.Column("heard_ms", sa.BigInteger(), nullable=False),
        sa.Column("concealed_ms", sa.BigInteger(), nullable=False),
        sa.Column("delays", sa.String(length=120), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("codecs", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=8), nullable=False),
        sa.Column("protocol", sa.String(length=8), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f(f"fk_{TABLE}_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f(f"fk_{TABLE}_room_id_rooms")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f(f"fk_{TABLE}_seat_id_seats")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f(f"fk_{TABLE}_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("seat_id", name=op.f(f"uq_{TABLE}_seat_id")),
    )
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{TABLE}_room_id"), ["room_id"], unique=False)
        batch_op.create_index(batch_op.f(f"ix_{TABLE}_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f(f"ix_{TABLE}_clinic_id_began_at"), ["clinic_id", "began_at"], unique=False
        )


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.drop_index(batch_op.f(f"ix_{TABLE}_clinic_id_began_at"))
        batch_op.drop_index(batch_op.f(f"ix_{TABLE}_person_id"))
        batch_op.drop_index(batch_op.f(f"ix_{TABLE}_room_id"))

    op.drop_table(TABLE)
