"""What people say after a visit, how they got in, and sums of both that name nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
# 0014 and 0015 are made beside this one; whoever brings them together puts them in order.
down_revision = "0015"
branch_labels = None
depends_on = None

JOININGS, EXPERIENCES = "joinings", "experiences"
FIGURES, COUNTS = "visit_figures", "experience_counts"


def upgrade() -> None:
    """Go up."""
    # Never copied: other tables refer to it, and SQLite would call their references broken.
    with op.batch_alter_table("rooms", schema=None, recreate="never") as batch_op:
        batch_op.add_column(_moment("counted_at"))
    with op.batch_alter_table("connection_records", schema=None, recreate="never") as batch_op:
        batch_op.add_column(
            sa.Column("voiced", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _make_joinings()
    _make_experiences()
    _make_figures()
    op.create_table(
        COUNTS,
        _id("clinic_id"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("question", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        _number("people"),
        _id("id"),
        _refers(COUNTS, "clinic_id", "clinics"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{COUNTS}")),
        sa.UniqueConstraint(
            "clinic_id", "month", "language", "question", "answer",
            name=op.f(f"uq_{COUNTS}_clinic_id_month_language_question_answer"),
        ),
    )  # fmt: skip


def _make_joinings() -> None:
    op.create_table(
        JOININGS,
        _id("clinic_id"),
        _id("room_id"),
        _id("seat_id"),
        _number("attempts"),
        _number("voice_ms", nullable=True),
        _number("link_ms", nullable=True),
        sa.Column("causes", sa.String(length=400), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        _moment("at", nullable=False),
        _id("id"),
        _refers(JOININGS, "clinic_id", "clinics"),
        _refers(JOININGS, "room_id", "rooms"),
        _refers(JOININGS, "seat_id", "seats"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{JOININGS}")),
        sa.UniqueConstraint("seat_id", name=op.f(f"uq_{JOININGS}_seat_id")),
    )
    _index(JOININGS, "room_id")
    _index(JOININGS, "clinic_id", "at")


def _make_experiences() -> None:
    op.create_table(
        EXPERIENCES,
        _id("clinic_id"),
        _id("visit_id"),
        _id("patient_id"),
        _id("person_id"),
        *(_sealed(name) for name in ("heard", "onward", "way", "problems", "words")),
        _moment("given_at", nullable=False),
        _moment("until", nullable=False),
        _moment("counted_at"),
        _id("id"),
        _refers(EXPERIENCES, "clinic_id", "clinics"),
        _refers(EXPERIENCES, "visit_id", "visits"),
        _refers(EXPERIENCES, "patient_id", "patients", "person_id"),
        _refers(EXPERIENCES, "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{EXPERIENCES}")),
        sa.UniqueConstraint(
            "visit_id", "person_id", name=op.f(f"uq_{EXPERIENCES}_visit_id_person_id")
        ),
    )
    _index(EXPERIENCES, "clinic_id", "given_at")
    _index(EXPERIENCES, "patient_id")
    _index(EXPERIENCES, "person_id")


def _make_figures() -> None:
    op.create_table(
        FIGURES,
        _id("clinic_id"),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        *(_flag(name) for name in ("guest", "opened", "came", "voiced", "phoned")),
        sa.Column("browser", sa.String(length=40), nullable=False),
        _number("attempts"),
        _number("voice_ms", nullable=True),
        _number("link_ms", nullable=True),
        *(_large(name) for name in ("present_ms", "weak_ms", "lost_ms")),
        _number("reconnections"),
        sa.Column("path", sa.String(length=8), nullable=False),
        sa.Column("tested", sa.String(length=4), nullable=False),
        sa.Column("causes", sa.String(length=400), nullable=False),
        _id("id"),
        _refers(FIGURES, "clinic_id", "clinics"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FIGURES}")),
    )
    _index(FIGURES, "clinic_id", "week")


def downgrade() -> None:
    """Go down."""
    for table in (COUNTS, FIGURES, EXPERIENCES, JOININGS):
        op.drop_table(table)
    with op.batch_alter_table("connection_records", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("voiced")
    with op.batch_alter_table("rooms", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("counted_at")


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=False)


def _moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _large(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=True)


def _refers(table: str, column: str, target: str, key: str = "id") -> sa.Constraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=name)
