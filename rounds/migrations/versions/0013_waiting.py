"""What is said at the door, telephone calls, the patient's yes to a guest, who did not come."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NOTES, CALLS, MISSED = "door_notes", "phone_calls", "missed_visits"


def _id(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)


def upgrade() -> None:
    """Go up."""
    # Other tables refer to these two: on SQLite they must not be made anew.
    with op.batch_alter_table("seats", schema=None, recreate="never") as batch_op:
        batch_op.add_column(_moment("until"))
        batch_op.add_column(_moment("agreed_at"))
    with op.batch_alter_table("rooms", schema=None, recreate="never") as batch_op:
        batch_op.add_column(_moment("expected_at"))
    op.create_table(
        NOTES,
        _id("clinic_id"),
        _id("room_id"),
        _id("seat_id", nullable=True),
        _id("author_id"),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("preset", sa.String(length=16), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        _moment("at", nullable=False),
        _id("id"),
        _refers(NOTES, "clinic_id", "clinics"),
        _refers(NOTES, "room_id", "rooms"),
        _refers(NOTES, "seat_id", "seats"),
        _refers(NOTES, "author_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NOTES}")),
        sa.UniqueConstraint(
            "room_id", "author_id", "key", name=op.f(f"uq_{NOTES}_room_id_author_id_key")
        ),
    )
    op.create_index(op.f(f"ix_{NOTES}_room_id_at"), NOTES, ["room_id", "at"], unique=False)
    op.create_table(
        CALLS,
        _id("clinic_id"),
        _id("room_id"),
        _id("seat_id"),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        _moment("asked_at"),
        _moment("began_at"),
        _id("began_by", nullable=True),
        _moment("ended_at"),
        _id("ended_by", nullable=True),
        _id("id"),
        _refers(CALLS, "clinic_id", "clinics"),
        _refers(CALLS, "room_id", "rooms"),
        _refers(CALLS, "seat_id", "seats"),
        _refers(CALLS, "began_by", "people"),
        _refers(CALLS, "ended_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{CALLS}")),
    )
    op.create_index(op.f(f"ix_{CALLS}_room_id"), CALLS, ["room_id"], unique=False)
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        f"uq_{CALLS}_open",
        CALLS,
        ["seat_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        MISSED,
        _id("clinic_id"),
        _id("visit_id"),
        _id("patient_id"),
        _moment("noticed_at", nullable=False),
        sa.Column("tried", sa.String(length=80), nullable=False),
        _moment("came_at"),
        _moment("done_at"),
        _id("done_by", nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        _id("id"),
        _refers(MISSED, "clinic_id", "clinics"),
        _refers(MISSED, "visit_id", "visits"),
        _refers(MISSED, "patient_id", "patients", "person_id"),
        _refers(MISSED, "done_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{MISSED}")),
        sa.UniqueConstraint("visit_id", name=op.f(f"uq_{MISSED}_visit_id")),
    )
    op.create_index(
        op.f(f"ix_{MISSED}_clinic_id_done_at"), MISSED, ["clinic_id", "done_at"], unique=False
    )
    op.create_index(op.f(f"ix_{MISSED}_patient_id"), MISSED, ["patient_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_table(MISSED)
    op.drop_table(CALLS)
    op.drop_table(NOTES)
    with op.batch_alter_table("rooms", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("expected_at")
    with op.batch_alter_table("seats", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("agreed_at")
        batch_op.drop_column("until")
