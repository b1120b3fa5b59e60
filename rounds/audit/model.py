"""AuditEntry: one line of the trail, written once; AuditSeal: its link in the chain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    ForeignKey,
    Index,
    Integer,
    Result,
    String,
    UniqueConstraint,
    Uuid,
    exists,
    insert,
    literal_column,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from rounds.kernel.database import AsyncSession, Base, Identified, Moment
from rounds.kernel.errors import Unavailable
from rounds.kernel.logs import get_logger

log = get_logger(__name__)


class AuditEntry(Identified, Base):
    """A deed, a reading or a refusal; ids and words of the machine only, no clinical text.

    `together` names the lines that are one: equal refusals of a session within a minute, equal
    readings of a session within a day; `count` says how many there were.
    """

    __tablename__ = "audit_entries"

    clinic_id: Mapped[str | None] = mapped_column(ForeignKey("clinics.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    actor_role: Mapped[str | None] = mapped_column(String(16))
    session_hash: Mapped[str | None] = mapped_column(String(16))
    patient_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    action: Mapped[str] = mapped_column(String(48))
    object_kind: Mapped[str] = mapped_column(String(24))
    object_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    outcome: Mapped[str] = mapped_column(String(8))
    count: Mapped[int] = mapped_column(default=1)
    request: Mapped[str] = mapped_column(String(36))
    together: Mapped[str | None] = mapped_column(String(64), unique=True)

    __table_args__ = (
        Index(None, "patient_id", "at"),
        Index(None, "clinic_id", "at"),
    )

    @property
    def person_acted_on(self) -> str | None:
        """The person whom the deed was about, where the line's object is one."""
        return self.object_id if self.object_kind in ("person", "patient") else None


class AuditSeal(Base):
    """A link of the chain over the trail, in commit order, written by the one sealer.

    `kind` is "entry" for a line as it was written, "count" for how often an equal one came
    until its period was over. `digest` is the SHA-256 of what is sealed, `head` the HMAC over
    the head before it, `seq`, `kind`, `entry_id` and `digest`.
    """

    __tablename__ = "audit_seals"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8))
    entry_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    digest: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("entry_id", "kind"),)


class Unsealed(Base):
    """A line that waits for a seal, in the order of writing.

    The database itself enters it with the line (a trigger), so that no way of writing forgets
    it. `due_at` is empty until the line is sealed as it was written; then, where equal lines are
    gathered in it, it says when their number is final and to be sealed.
    """

    __tablename__ = "audit_unsealed"

    place: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True
    )
    entry_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), unique=True)
    due_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "due_at", "place"),)


async def write(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Write a line. Raises Unavailable where that cannot be: nothing happens without its line."""
    # What else the deed wrote goes first: a fault of that is not the trail's.
    await session.flush()
    await _execute(session, insert(AuditEntry).values(**values))


async def gather(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Write a line, or count on in the equal one that stands already. Raises Unavailable.

    One statement, so that many at once, in transactions of their own, are one line as well. A
    line whose number is sealed already, as after a clock was set back, counts no further: then
    this is a line of its own.
    """
    await session.flush()
    found = await _execute(session, gathered(session.get_bind().dialect.name, values))
    if found.first() is None:
        await _execute(session, insert(AuditEntry).values(**dict(values) | {"together": None}))


def gathered(dialect: str, values: Mapping[str, Any]) -> Executable:
    """Return the statement that writes a line or counts on, and returns the id if it did."""
    count_on = {"count": AuditEntry.count + 1}
    # The id as a plain word: named as a column, it would stand for any line of the table.
    line: ColumnElement[str] = literal_column(f"{AuditEntry.__tablename__}.id")
    is_open = ~exists().where(AuditSeal.entry_id == line, AuditSeal.kind == "count")
    if dialect == "postgresql":
        return (
            postgresql.insert(AuditEntry)
            .values(**values)
            .on_conflict_do_update(
                index_elements=[AuditEntry.together], set_=count_on, where=is_open
            )
            .returning(AuditEntry.id)
        )
    return (
        sqlite.insert(AuditEntry)
        .values(**values)
        .on_conflict_do_update(index_elements=[AuditEntry.together], set_=count_on, where=is_open)
        .returning(AuditEntry.id)
    )


async def _execute(session: AsyncSession, statement: Executable) -> Result[Any]:
    try:
        return await session.execute(statement)
    except DBAPIError as fault:
        log.exception("trail_not_written")
        raise Unavailable(
            "This cannot be written down at the moment, so it is not done."
        ) from fault
