"""Adding up figures of visits in the database: one row per group, however many visits."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from rounds.quality.model import ExperienceCount, VisitFigure

MOST_GROUPS = 2000
VOICE_CLASS, LINK_CLASS = 250, 5000
"""Milliseconds in which times fall together: finer than anybody waits, and few groups a year."""


def _sums() -> list[ColumnElement[Any]]:
    figure = VisitFigure
    guest = figure.guest.is_(True)
    got_through = figure.voiced | figure.phoned
    measured = figure.present_ms > 0
    counts: dict[str, ColumnElement[bool]] = {
        "guests": guest,
        "opened": guest & figure.opened,
        "voiced": guest & figure.opened & figure.voiced,
        "came": guest & figure.came,
        "phoned": guest & figure.phoned,
        "through": guest & got_through,
        "timed": guest & figure.voice_ms.is_not(None),
        "first_try": guest & figure.voice_ms.is_not(None) & (figure.attempts == 1),
        "connected": measured,
        "on_way": measured & (figure.path != ""),
        "relayed": measured & (figure.path == "relay"),
        "hindered": figure.causes != "",
        "red": guest & (figure.tested == "bad"),
        "red_voiced": guest & (figure.tested == "bad") & figure.voiced,
        "red_phoned": guest & (figure.tested == "bad") & ~figure.voiced & figure.phoned,
        "red_came": guest & (figure.tested == "bad") & ~got_through & figure.came,
        "tested": guest & (figure.tested != ""),
    }
    added = ("present_ms", "weak_ms", "lost_ms", "reconnections")
    return [
        func.count().label("people"),
        *(func.sum(case((one, 1), else_=0)).label(name) for name, one in counts.items()),
        *(func.sum(getattr(figure, name)).label(name) for name in added),
    ]


def _of(clinic: str, first: date, after: date) -> tuple[ColumnElement[bool], ...]:
    figure = VisitFigure
    return (figure.clinic_id == clinic, figure.week >= first, figure.week < after)


async def sums(session: AsyncSession, clinic: str, first: date, after: date) -> Sequence[Row[Any]]:
    """Return the sums from a week on and before another, by `week`, `language` and `browser`.

    One pass over the figures; there are no more rows than weeks, languages and kinds of browsers
    make together, whatever the number of visits.
    """
    groups = (VisitFigure.week, VisitFigure.language, VisitFigure.browser)
    statement = (
        select(*groups, *_sums())
        .where(*_of(clinic, first, after))
        .group_by(*groups)
        .order_by(*groups)
    )
    return (await session.execute(statement)).all()


async def causes_by_browser(
    session: AsyncSession, clinic: str, first: date, after: date
) -> Sequence[tuple[str, str, int]]:
    """Return how many people of each browser had which set of things in the way."""
    figure = VisitFigure
    statement = (
        select(figure.browser, figure.causes, func.count().label("people"))
        .where(*_of(clinic, first, after), figure.causes != "")
        .group_by(figure.browser, figure.causes)
        .order_by(figure.browser, figure.causes)
        .limit(MOST_GROUPS)
    )
    return [(browser, named, people) for browser, named, people in await session.execute(statement)]


async def voice_classes(
    session: AsyncSession, clinic: str, first: date, after: date
) -> Sequence[tuple[date, int, int]]:
    """Return by week how many guests heard somebody in which class of time after being let in."""
    return await _classes(session, VisitFigure.voice_ms, VOICE_CLASS, clinic, first, after)


async def link_classes(
    session: AsyncSession, clinic: str, first: date, after: date
) -> Sequence[tuple[date, int, int]]:
    """Return the same for the time since the link was tapped."""
    return await _classes(session, VisitFigure.link_ms, LINK_CLASS, clinic, first, after)


async def _classes(
    session: AsyncSession,
    column: InstrumentedAttribute[int | None],
    width: int,
    clinic: str,
    first: date,
    after: date,
) -> Sequence[tuple[date, int, int]]:
    # Whole numbers divide to whole numbers in both databases.
    place = cast(column, Integer).op("/")(width).label("place")
    statement = (
        select(VisitFigure.week, place, func.count().label("people"))
        .where(*_of(clinic, first, after), VisitFigure.guest.is_(True), column.is_not(None))
        .group_by(VisitFigure.week, place)
        .order_by(VisitFigure.week, place)
    )
    return [(week, at, people) for week, at, people in await session.execute(statement)]


async def experience_counts(
    session: AsyncSession, clinic: str, first: date
) -> Sequence[ExperienceCount]:
    """Return the sums of answers from a month on."""
    found = await session.execute(
        select(ExperienceCount)
        .where(ExperienceCount.clinic_id == clinic, ExperienceCount.month >= first)
        .order_by(ExperienceCount.month, ExperienceCount.language)
    )
    return found.scalars().all()


async def experience_count(
    session: AsyncSession, clinic: str, month: date, language: str, question: str, answer: str
) -> ExperienceCount | None:
    """Return one sum of answers, locked for the caller's transaction."""
    found = await session.execute(
        select(ExperienceCount)
        .where(
            ExperienceCount.clinic_id == clinic,
            ExperienceCount.month == month,
            ExperienceCount.language == language,
            ExperienceCount.question == question,
            ExperienceCount.answer == answer,
        )
        .with_for_update(key_share=True)
    )
    return found.scalar_one_or_none()
