"""Outgoing messages, pushes, and what people answer."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "subscriptions",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("endpoint", sa.LargeBinary(), nullable=False),
        sa.Column("endpoint_index", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_subscriptions_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_subscriptions_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("endpoint_index", name=op.f("uq_subscriptions_endpoint_index")),
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscriptions_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_subscriptions_session_id"), ["session_id"], unique=False
        )

    op.create_table(
        "notices",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("contact_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("about_kind", sa.String(length=24), nullable=True),
        sa.Column("about_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=120), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_notices_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact_points.id"], name=op.f("fk_notices_contact_id_contact_points")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notices_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_about_id"), ["about_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notices_clinic_id_created_at"), ["clinic_id", "created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_notices_state_due_at"), ["state", "due_at"], unique=False
        )

    op.create_table(
        "replies",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("about_kind", sa.String(length=24), nullable=True),
        sa.Column("about_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("meaning", sa.String(length=8), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_replies_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_replies_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("source", name=op.f("uq_replies_source")),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replies_about_id"), ["about_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_replies_clinic_id_received_at"),
            ["clinic_id", "received_at"],
            unique=False,
        )


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replies_clinic_id_received_at"))
        batch_op.drop_index(batch_op.f("ix_replies_about_id"))

    op.drop_table("replies")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_notices_clinic_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_notices_about_id"))

    op.drop_table("notices")
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscriptions_session_id"))
        batch_op.drop_index(batch_op.f("ix_subscriptions_person_id"))

    op.drop_table("subscriptions")
