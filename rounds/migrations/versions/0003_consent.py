"""Consent and exclusion."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "consents",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("grantee_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("scopes", sa.String(length=120), nullable=False),
        sa.Column("text_version", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("explained_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("said_back", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_consents_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["explained_by"], ["people.id"], name=op.f("fk_consents_explained_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["people.id"], name=op.f("fk_consents_given_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["grantee_id"], ["people.id"], name=op.f("fk_consents_grantee_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.person_id"], name=op.f("fk_consents_patient_id_patients")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["people.id"], name=op.f("fk_consents_withdrawn_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_grantee_id"), ["grantee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consents_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "exclusions",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("section", sa.String(length=16), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_exclusions_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.id"], name=op.f("fk_exclusions_made_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.person_id"], name=op.f("fk_exclusions_patient_id_patients")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_exclusions_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusions")),
    )
    with op.batch_alter_table("exclusions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exclusions_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exclusions_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("exclusions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exclusions_person_id"))
        batch_op.drop_index(batch_op.f("ix_exclusions_patient_id"))

    op.drop_table("exclusions")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consents_patient_id"))
        batch_op.drop_index(batch_op.f("ix_consents_grantee_id"))

    op.drop_table("consents")
