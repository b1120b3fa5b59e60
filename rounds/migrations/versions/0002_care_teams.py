"""Contact points, care teams, who answers for what, and caseload sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    # Others refer to these tables: their rows stay where they are.
    with op.batch_alter_table("patients", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("number_index", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("likeness", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("interpreter", sa.String(length=16), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_patients_clinic_id_number_index"),
            ["clinic_id", "number_index"],
            unique=True,
        )
        batch_op.create_index(
            batch_op.f("ix_patients_clinic_id_likeness"), ["clinic_id", "likeness"], unique=False
        )
    with op.batch_alter_table("related_people", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))

    op.create_table(
        "contact_points",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("system", sa.String(length=8), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_contact_points_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_contact_points_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
    )
    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_points_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_points_value_index"), ["value_index"], unique=False
        )

    op.create_table(
        "memberships",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_memberships_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patients.person_id"], name=op.f("fk_memberships_patient_id_patients")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_memberships_open",
            ["patient_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        )

    op.create_table(
        "responsibilities",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("patient_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("matter", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("given_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_responsibilities_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["people.id"], name=op.f("fk_responsibilities_given_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name=op.f("fk_responsibilities_patient_id_patients"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_responsibilities_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibilities")),
    )
    with op.batch_alter_table("responsibilities", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_responsibilities_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            "uq_responsibilities_open",
            ["patient_id", "matter"],
            unique=True,
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        )

    op.create_table(
        "caseload_imports",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("made_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("trouble", sa.String(length=200), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("with_alike", sa.Boolean(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_caseload_imports_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.id"], name=op.f("fk_caseload_imports_made_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caseload_imports")),
    )
    with op.batch_alter_table("caseload_imports", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_caseload_imports_clinic_id"), ["clinic_id"], unique=False
        )

    op.create_table(
        "caseload_rows",
        sa.Column("clinic_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("import_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("column", sa.String(length=24), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_caseload_rows_clinic_id_clinics")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["caseload_imports.id"],
            name=op.f("fk_caseload_rows_import_id_caseload_imports"),
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_caseload_rows")),
    )
    with op.batch_alter_table("caseload_rows", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_caseload_rows_import_id_verdict_line"),
            ["import_id", "verdict", "line"],
            unique=False,
        )


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("caseload_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_caseload_rows_import_id_verdict_line"))

    op.drop_table("caseload_rows")
    with op.batch_alter_table("caseload_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_caseload_imports_clinic_id"))

    op.drop_table("caseload_imports")
    with op.batch_alter_table("responsibilities", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_responsibilities_open",
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_responsibilities_person_id"))

    op.drop_table("responsibilities")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_memberships_open",
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_memberships_person_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_points_value_index"))
        batch_op.drop_index(batch_op.f("ix_contact_points_person_id"))

    op.drop_table("contact_points")
    with op.batch_alter_table("related_people", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("ended_at")
    with op.batch_alter_table("patients", schema=None, recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_patients_clinic_id_likeness"))
        batch_op.drop_index(batch_op.f("ix_patients_clinic_id_number_index"))
        batch_op.drop_column("interpreter")
        batch_op.drop_column("likeness")
        batch_op.drop_column("number_index")
