"""What a visit came to: its summary, and what the patient can read of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SUMMARIES, AGREEMENTS = "visit_summaries", "agreements"


def _id(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _moment(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _refers(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)


def _whose(table: str) -> list[sa.Column[Any] | sa.ForeignKeyConstraint]:
    return [
        _id("clinic_id"),
        _id("visit_id"),
        _id("patient_id"),
        _refers(table, "clinic_id", "clinics"),
        _refers(table, "visit_id", "visits"),
        _refers(table, "patient_id", "patients", "person_id"),
    ]


def _decision(table: str) -> list[sa.Column[Any] | sa.ForeignKeyConstraint]:
    return [
        _words("next_step"),
        _id("owner_id", nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("nothing_further", sa.Boolean(), nullable=False),
        _words("reason"),
        _words("agreed"),
        _refers(table, "owner_id", "people"),
    ]


def upgrade() -> None:
    """Go up."""
    op.create_table(
        SUMMARIES,
        *_whose(SUMMARIES),
        *_decision(SUMMARIES),
        sa.Column("revision", sa.Integer(), nullable=False),
        _moment("saved_at"),
        _id("saved_by", nullable=True),
        _moment("decided_at"),
        _id("decided_by", nullable=True),
        _words("happened"),
        _moment("ended_at"),
        _id("ended_by", nullable=True),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        _id("id"),
        _refers(SUMMARIES, "saved_by", "people"),
        _refers(SUMMARIES, "decided_by", "people"),
        _refers(SUMMARIES, "ended_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SUMMARIES}")),
        sa.UniqueConstraint("visit_id", name=op.f(f"uq_{SUMMARIES}_visit_id")),
    )
    op.create_index(
        op.f(f"ix_{SUMMARIES}_clinic_id_decided_at"), SUMMARIES, ["clinic_id", "decided_at"]
    )
    op.create_index(op.f(f"ix_{SUMMARIES}_patient_id"), SUMMARIES, ["patient_id"])
    op.create_table(
        AGREEMENTS,
        *_whose(AGREEMENTS),
        *_decision(AGREEMENTS),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("published_at", nullable=False),
        _id("published_by"),
        _id("id"),
        _refers(AGREEMENTS, "published_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{AGREEMENTS}")),
        sa.UniqueConstraint("visit_id", "version", name=op.f(f"uq_{AGREEMENTS}_visit_id_version")),
    )
    op.create_index(op.f(f"ix_{AGREEMENTS}_patient_id"), AGREEMENTS, ["patient_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table(AGREEMENTS)
    op.drop_table(SUMMARIES)
