"""Lines of the chat for the care team alone, and raised hands."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LINES = "chat_messages"
OLD, NEW = f"ix_{LINES}_room_id_at", f"ix_{LINES}_room_id_channel_at"


def upgrade() -> None:
    """Go up: whatever was written until now was for everyone."""
    with op.batch_alter_table(LINES, schema=None, recreate="never") as batch_op:
        batch_op.add_column(
            sa.Column("channel", sa.String(length=8), nullable=False, server_default="everyone")
        )
        batch_op.drop_index(op.f(OLD))
        batch_op.create_index(op.f(NEW), ["room_id", "channel", "at"], unique=False)
    # Other tables refer to seats: on SQLite they must not be made anew.
    with op.batch_alter_table("seats", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("hand_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go down: without the column nobody could tell who may read a line of the care team."""
    lines = sa.table(LINES, sa.column("channel"))
    op.execute(sa.delete(lines).where(lines.c.channel != "everyone"))
    with op.batch_alter_table("seats", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("hand_at")
    with op.batch_alter_table(LINES, schema=None, recreate="never") as batch_op:
        batch_op.drop_index(op.f(NEW))
        batch_op.create_index(op.f(OLD), ["room_id", "at"], unique=False)
        batch_op.drop_column("channel")
