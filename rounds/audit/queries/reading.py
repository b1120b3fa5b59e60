"""Reading the trail in pages, the newest line first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.audit.groups import GROUPS, OTHER, every_prefix
from rounds.audit.model import AuditEntry

PAGE = 50
"""Lines on a page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for; what is empty does not narrow.

    `patient` is whose record they are about, `person` who acted; `group` a key of
    `audit.groups.GROUPS`; `outcome` one of "done", "read", "denied"; `since` and `until` aware
    moments, the second excluded.
    """

    patient: str | None = None
    person: str | None = None
    group: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Lines, newest first; `older` is what to ask for as `before` to go on, if there is more."""

    lines: Sequence[AuditEntry]
    older: str | None

    @property
    def people(self) -> frozenset[str]:
        """Ids of everybody the lines name: who acted, whose record, and who was acted on."""
        named = [(one.actor_id, one.patient_id, one.person_acted_on) for one in self.lines]
        return frozenset(id for ids in named for id in ids if id)


async def about_patient(session: AsyncSession, patient: str) -> Sequence[AuditEntry]:
    """Return every line about one patient's record, oldest first."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.patient_id == patient)
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return (await session.execute(statement)).scalars().all()


async def about_patient_page(
    session: AsyncSession,
    patient: str,
    wanted: Wanted = EVERYTHING,
    before: str | None = None,
    size: int = PAGE,
    without: Collection[str] = (),
) -> TrailPage:
    """Return a page of who touched one patient's record; the caller asks who may see it.

    What was done under the actions `without` is left out, and not counted either.

    `before` is the `older` of the page before; an id that is no line of this patient gives the
    first page.
    """
    statement = select(AuditEntry).where(AuditEntry.patient_id == patient)
    if without:
        statement = statement.where(AuditEntry.action.not_in(without))
    return await _page(session, statement, replace(wanted, patient=patient), before, size)


async def trail_page(
    session: AsyncSession,
    clinic: str,
    wanted: Wanted = EVERYTHING,
    before: str | None = None,
    size: int = PAGE,
) -> TrailPage:
    """Return a page of a clinic's whole trail; the caller asks who may see it."""
    statement = select(AuditEntry).where(AuditEntry.clinic_id == clinic)
    return await _page(session, statement, wanted, before, size)


async def _page(
    session: AsyncSession,
    statement: Select[AuditEntry],
    wanted: Wanted,
    before: str | None,
    size: int,
) -> TrailPage:
    narrowed = statement.where(*_conditions(wanted))
    if before is not None:
        mark = (
            await session.execute(statement.where(AuditEntry.id == before))
        ).scalar_one_or_none()
        if mark is not None:
            same = and_(AuditEntry.at == mark.at, AuditEntry.id < mark.id)
            narrowed = narrowed.where(or_(AuditEntry.at < mark.at, same))
    newest = narrowed.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(size + 1)
    found = (await session.execute(newest)).scalars().all()
    more = len(found) > size
    return TrailPage(found[:size], found[size - 1].id if more else None)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.patient:
        conditions.append(AuditEntry.patient_id == wanted.patient)
    if wanted.person:
        conditions.append(AuditEntry.actor_id == wanted.person)
    if wanted.outcome:
        conditions.append(AuditEntry.outcome == wanted.outcome)
    if wanted.since:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.until:
        conditions.append(AuditEntry.at < wanted.until)
    if wanted.group == OTHER:
        conditions.append(~_begins_with(every_prefix()))
    elif wanted.group and wanted.group in GROUPS:
        conditions.append(_begins_with(GROUPS[wanted.group].prefixes))
    return conditions


def _begins_with(prefixes: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(AuditEntry.action.startswith(f"{one}.", autoescape=True) for one in prefixes))
