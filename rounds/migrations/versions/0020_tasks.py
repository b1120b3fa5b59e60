"""Tasks: what somebody is to do for a patient, and the steps it went through."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
# 0018 and 0019 are made beside this one; whoever brings them together puts them in order.
down_revision = "0019"
branch_labels = None
depends_on = None

TASKS, STEPS = "tasks", "task_steps"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        TASKS,
        _id("clinic_id"),
        _id("patient_id"),
        _sealed("subject"),
        _id("owner_id", nullable=True),
        _words("owner_role", 16, nullable=True),
        _words("state", 12),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        _words("origin_kind", 12, nullable=True),
        _words("origin_id", 64, nullable=True),
        _sealed("origin_words"),
        _id("given_by", nullable=True),
        _moment("given_at", nullable=False),
        _moment("closed_at"),
        _moment("reminded_at"),
        _moment("raised_at"),
        _words("key", 64, nullable=True),
        _id("id"),
        _refers(TASKS, "clinic_id", "clinics"),
        _refers(TASKS, "patient_id", "patients", "person_id"),
        _refers(TASKS, "owner_id", "people"),
        _refers(TASKS, "given_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TASKS}")),
        sa.UniqueConstraint("patient_id", "key", name=op.f(f"uq_{TASKS}_patient_id_key")),
    )
    _index(TASKS, "clinic_id", "state", "due_on")
    _index(TASKS, "owner_id")
    _index(TASKS, "given_by")
    _index(TASKS, "origin_kind", "origin_id")
    op.create_table(
        STEPS,
        _id("clinic_id"),
        _id("task_id"),
        _words("deed", 12),
        _moment("at", nullable=False),
        _id("by_id", nullable=True),
        _id("to_id", nullable=True),
        _words("to_role", 16, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        _sealed("words"),
        _id("id"),
        _refers(STEPS, "clinic_id", "clinics"),
        _refers(STEPS, "task_id", TASKS),
        _refers(STEPS, "by_id", "people"),
        _refers(STEPS, "to_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{STEPS}")),
    )
    _index(STEPS, "task_id")


def downgrade() -> None:
    """Go down."""
    op.drop_table(STEPS)
    op.drop_table(TASKS)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)


def _id(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _words(name: str, length: int, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _refers(table: str, column: str, target: str, key: str = "id") -> sa.Constraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=name)
