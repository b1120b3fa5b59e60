"""Figures of visits made up by chance from a seed, and clinics to put them in."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Units
from rounds.quality.model import VisitFigure

CAUSES = ("", "", "", "camera:denied", "microphone:in_use", "camera:denied microphone:denied",
          "way:no_way")  # fmt: skip
BROWSERS = ("Chrome, Android", "Safari, iPhone", "Firefox, Windows", "")
LANGUAGES = ("en", "de", "ar")


def some_figures(
    rng: random.Random, clinic: str, count: int, weeks: Sequence[date]
) -> list[dict[str, Any]]:
    """As many figures as wanted, in these weeks."""
    return [_figure(rng, clinic, rng.choice(weeks)) for _ in range(count)]


def mondays(last: date, count: int) -> list[date]:
    """So many Mondays up to the week of a day."""
    monday = last - timedelta(days=last.weekday())
    return [monday - timedelta(weeks=one) for one in reversed(range(count))]


async def put(units: Units, figures: Sequence[dict[str, Any]]) -> None:
    """Write figures."""
    async with units(SYSTEM) as unit:
        for begin in range(0, len(figures), 2000):
            await unit.session.execute(sa.insert(VisitFigure), figures[begin : begin + 2000])


def _figure(rng: random.Random, clinic: str, week: date) -> dict[str, Any]:
    guest, opened = rng.random() < 0.7, rng.random() < 0.9
    voiced = opened and rng.random() < 0.9
    present = rng.randrange(60_000, 3_600_000) if voiced else 0
    voice = rng.randrange(300, 9000) if voiced and rng.random() < 0.9 else None
    return {
        "id": new_id(),
        "clinic_id": clinic,
        "week": week,
        "language": rng.choices(LANGUAGES, (20, 4, 1))[0],
        "guest": guest,
        "opened": opened,
        "came": opened and rng.random() < 0.95,
        "voiced": voiced,
        "phoned": rng.random() < 0.08,
        "browser": rng.choice(BROWSERS),
        "attempts": rng.choice((1, 1, 1, 2, 3)) if voice is not None else 0,
        "voice_ms": voice,
        "link_ms": voice + rng.randrange(30_000, 900_000) if voice and rng.random() < 0.8 else None,
        "present_ms": present,
        "weak_ms": rng.randrange(present // 10) if present else 0,
        "lost_ms": rng.randrange(present // 50) if present else 0,
        "reconnections": rng.choice((0, 0, 0, 1, 2)) if present else 0,
        "path": rng.choice(("host", "host", "relay", "")) if present else "",
        "tested": rng.choice(("", "good", "weak", "bad")),
        "causes": rng.choice(CAUSES),
    }
