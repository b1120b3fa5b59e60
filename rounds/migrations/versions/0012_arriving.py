"""What people tell on arriving, and how their browser, devices and line did before."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHECK_INS, SELF_TESTS = "check_ins", "self_tests"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        CHECK_INS,
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("room_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seat_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("company", sa.LargeBinary(), nullable=True),
        sa.Column("companions", sa.LargeBinary(), nullable=True),
        sa.Column("safe", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        *_places(CHECK_INS),
        sa.UniqueConstraint("seat_id", name=op.f(f"uq_{CHECK_INS}_seat_id")),
    )
    with op.batch_alter_table(CHECK_INS, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{CHECK_INS}_room_id"), ["room_id"], unique=False)

    op.create_table(
        SELF_TESTS,
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("room_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seat_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("result", sa.String(length=4), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        *_places(SELF_TESTS),
        sa.UniqueConstraint("clinic_id", "code", name=op.f(f"uq_{SELF_TESTS}_clinic_id_code")),
    )
    with op.batch_alter_table(SELF_TESTS, schema=None) as batch_op:
        for columns in (["room_id"], ["seat_id"], ["clinic_id", "at"]):
            name = batch_op.f(f"ix_{SELF_TESTS}_{'_'.join(columns)}")
            batch_op.create_index(name, columns, unique=False)


def _places(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f(f"fk_{table}_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f(f"fk_{table}_room_id_rooms")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f(f"fk_{table}_seat_id_seats")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table(SELF_TESTS, schema=None) as batch_op:
        for columns in ("clinic_id_at", "seat_id", "room_id"):
            batch_op.drop_index(batch_op.f(f"ix_{SELF_TESTS}_{columns}"))
    op.drop_table(SELF_TESTS)
    with op.batch_alter_table(CHECK_INS, schema=None) as batch_op:
        batch_op.drop_index(batch_op.f(f"ix_{CHECK_INS}_room_id"))
    op.drop_table(CHECK_INS)
