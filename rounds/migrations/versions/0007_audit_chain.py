"""The chain over the trail, and the database's own guard over both."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FIXED = (
    "id", "clinic_id", "at", "actor_kind", "actor_id", "actor_role", "session_hash", "patient_id",
    "action", "object_kind", "object_id", "outcome", "request", "together",
)  # fmt: skip

# Six years are how long lines are kept (`audit.chain.KEPT`); older ones may go.
SQLITE = (
    """CREATE TRIGGER audit_entries_wait AFTER INSERT ON audit_entries
    BEGIN INSERT INTO audit_unsealed (entry_id) VALUES (NEW.id); END""",
    """CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
    WHEN julianday(OLD.at) > max(
      julianday('now'),
      coalesce((SELECT julianday(at) FROM audit_entries ORDER BY id DESC LIMIT 1), 0)
    ) - 2192
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER audit_entries_count BEFORE UPDATE ON audit_entries
    WHEN NEW.count <= OLD.count OR OLD.together IS NULL OR (FIXED)
      OR EXISTS (SELECT 1 FROM audit_seals WHERE entry_id = OLD.id AND kind = 'count')
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""".replace(
        "FIXED", " OR ".join(f"NEW.{one} IS NOT OLD.{one}" for one in FIXED)
    ),
    """CREATE TRIGGER audit_seals_stay BEFORE DELETE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END""",
    """CREATE TRIGGER audit_seals_fixed BEFORE UPDATE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'seals are append-only'); END""",
)

POSTGRESQL = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$""",
    """CREATE FUNCTION audit_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.at > greatest(
        now(), (SELECT at FROM audit_entries ORDER BY id DESC LIMIT 1)
      ) - interval '2192 days'
      THEN RAISE EXCEPTION 'the trail is append-only'; END IF;
      RETURN OLD;
    END $$""",
    """CREATE FUNCTION audit_wait() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO audit_unsealed (entry_id) VALUES (NEW.id); RETURN NULL; END $$""",
    """CREATE FUNCTION audit_count() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.count <= OLD.count OR OLD.together IS NULL OR (FIXED)
        OR EXISTS (SELECT 1 FROM audit_seals WHERE entry_id = OLD.id AND kind = 'count')
      THEN RAISE EXCEPTION 'the trail is append-only'; END IF;
      RETURN NEW;
    END $$""".replace(
        "FIXED", " OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in FIXED)
    ),
    """CREATE TRIGGER audit_entries_wait AFTER INSERT ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_wait()""",
    """CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_stay()""",
    """CREATE TRIGGER audit_entries_count BEFORE UPDATE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_count()""",
    """CREATE TRIGGER audit_entries_whole BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_seals_stay BEFORE DELETE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_seals_fixed BEFORE UPDATE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_seals_whole BEFORE TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
)


def upgrade() -> None:
    """Go up; lines that stand already are sealed in their order."""
    op.create_table(
        "audit_seals",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("entry_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("entry_id", "kind", name=op.f("uq_audit_seals_entry_id_kind")),
    )
    op.create_table(
        "audit_unsealed",
        sa.Column(
            "place",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("entry_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_audit_unsealed")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_unsealed_entry_id")),
    )
    op.create_index(op.f("ix_audit_unsealed_due_at_place"), "audit_unsealed", ["due_at", "place"])
    op.execute("INSERT INTO audit_unsealed (entry_id) SELECT id FROM audit_entries ORDER BY at, id")
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Go down; the lines stay, without guard and chain."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        _, what, name, *_ = statement.split()
        if what == "TRIGGER":
            table = "" if is_sqlite else f" ON {_table_of(statement)}"
            op.execute(f"DROP TRIGGER {name}{table}")
    if not is_sqlite:
        op.execute("DROP FUNCTION audit_refuse(), audit_stay(), audit_wait(), audit_count()")
    op.drop_table("audit_unsealed")
    op.drop_table("audit_seals")


def _table_of(statement: str) -> str:
    return statement.partition(" ON ")[2].split()[0]
