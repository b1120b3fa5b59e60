"""The chain with its lines as they stand in the database, read without believing any of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from rounds.audit.chain import COUNT, ENTRY, SEALED, microseconds
from rounds.audit.model import AuditEntry, AuditSeal, Unsealed

# As text: what somebody wrote into a SQLite column need not be what the column's type expects.
_LINE = [type_coerce(getattr(AuditEntry, name), String).label(name) for name in SEALED]


class StandingSeal(NamedTuple):
    """A seal and its line as they stand; `line` holds the values of SEALED, or is gone."""

    seq: int
    kind: str
    entry_id: str
    digest: str
    head: str
    times: int
    line: Sequence[object] | None


AT = SEALED.index("at")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many lines wait for their seal, and since when."""

    count: int
    since: datetime | None


async def seals_after(session: AsyncSession, seq: int, limit: int) -> Sequence[StandingSeal]:
    """Return the next seals with their lines, in the order of their numbers."""
    found = await session.execute(
        select(
            AuditSeal.seq,
            AuditSeal.kind,
            type_coerce(AuditSeal.entry_id, String),
            AuditSeal.digest,
            AuditSeal.head,
            AuditEntry.count,
            *_LINE,
        )
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditSeal.seq > seq, ~_is_strange(session))
        .order_by(AuditSeal.seq)
        .limit(limit)
    )
    return [_standing(*row) for row in found]


async def seals_outside(session: AsyncSession, limit: int) -> Sequence[str]:
    """Return ids of lines with a seal whose number is none of the chain."""
    found = await session.execute(
        select(type_coerce(AuditSeal.entry_id, String)).where(_is_strange(session)).limit(limit)
    )
    return [_id(value) for value in found.scalars()]


async def lines_outside(session: AsyncSession, limit: int) -> Sequence[str]:
    """Return ids of lines that are neither sealed to the end nor waiting for it."""
    await _take_time(session)
    as_written, number = aliased(AuditSeal), aliased(AuditSeal)
    found = await session.execute(
        select(type_coerce(AuditEntry.id, String))
        .outerjoin(Unsealed, Unsealed.entry_id == AuditEntry.id)
        .outerjoin(as_written, and_(as_written.entry_id == AuditEntry.id, as_written.kind == ENTRY))
        .outerjoin(number, and_(number.entry_id == AuditEntry.id, number.kind == COUNT))
        .where(
            Unsealed.place.is_(None),
            or_(
                as_written.seq.is_(None),
                and_(AuditEntry.together.is_not(None), number.seq.is_(None)),
            ),
        )
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    return [_id(value) for value in found.scalars()]


async def lines_lost(session: AsyncSession, limit: int) -> Sequence[str]:
    """Return ids of lines that wait for a seal, but are not there any more."""
    found = await session.execute(
        select(type_coerce(Unsealed.entry_id, String))
        .outerjoin(AuditEntry, AuditEntry.id == Unsealed.entry_id)
        .where(AuditEntry.id.is_(None))
        .order_by(Unsealed.place)
        .limit(limit)
    )
    return [_id(value) for value in found.scalars()]


async def lines_passed_over(
    session: AsyncSession, written_before: datetime, limit: int
) -> Sequence[str]:
    """Return ids of lines without a seal that were written before a moment."""
    found = await session.execute(
        select(type_coerce(AuditEntry.id, String))
        .join(Unsealed, Unsealed.entry_id == AuditEntry.id)
        .where(Unsealed.due_at.is_(None), AuditEntry.at < written_before)
        .order_by(Unsealed.place)
        .limit(limit)
    )
    return [_id(value) for value in found.scalars()]


async def waiting(session: AsyncSession) -> Waiting:
    """Return how many lines wait for their first seal."""
    found = await session.execute(
        select(func.count(), type_coerce(func.min(AuditEntry.at), String))
        .join(Unsealed, Unsealed.entry_id == AuditEntry.id)
        .where(Unsealed.due_at.is_(None))
    )
    count, since = found.one()
    moment = _moment(since)
    return Waiting(count, moment if isinstance(moment, datetime) else None)


def _is_strange(session: AsyncSession) -> ColumnElement[bool]:
    if session.get_bind().dialect.name == "sqlite":
        # Its columns take what does not fit their type.
        return or_(func.typeof(AuditSeal.seq) != "integer", AuditSeal.seq < 1)
    return AuditSeal.seq < 1


async def _take_time(session: AsyncSession) -> None:
    # The whole trail is looked through: longer than a page may take.
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.set_config("statement_timeout", "0", True)))


def _standing(
    seq: int, kind: str, entry: object, digest: str, head: str, count: object, *line: object
) -> StandingSeal:
    values = None if line[0] is None else [one if type(one) is str else _plain(one) for one in line]
    if values is not None:
        moment = _moment(line[AT])
        values[AT] = microseconds(moment) if isinstance(moment, datetime) else str(moment)
    number = count if type(count) is int else 0
    return StandingSeal(seq, kind, _id(entry), digest, head, number, values)


def _plain(value: object) -> object:
    """As `chain.plain`, of a value as the driver gives it, whatever that is."""
    if value is None:
        return None
    return value.hex if isinstance(value, UUID) else str(value)


def _moment(value: object) -> object:
    """The driver of PostgreSQL gives moments, SQLite the text that was stored."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def _id(value: object) -> str:
    return value.hex if isinstance(value, UUID) else str(value)
