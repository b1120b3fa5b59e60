"""What the database adds up is what counting one by one gives, whatever the figures are."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rounds.kernel.actor import SYSTEM
from rounds.quality.queries import (
    LINK_CLASS,
    VOICE_CLASS,
    causes_by_browser,
    link_classes,
    sums,
    voice_classes,
)
from rounds.quality.sums import ADDED, grouped
from rounds.resources import Foundation
from tests.making.fixtures import on_both
from tests.making.people import make_clinic
from tests.quality.figured import mondays, put, some_figures

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

Figure = dict[str, Any]
RULES: dict[str, Callable[[Figure], Any]] = {
    "people": lambda _: 1,
    "guests": lambda one: one["guest"],
    "opened": lambda one: one["guest"] and one["opened"],
    "voiced": lambda one: one["guest"] and one["opened"] and one["voiced"],
    "came": lambda one: one["guest"] and one["came"],
    "phoned": lambda one: one["guest"] and one["phoned"],
    "through": lambda one: one["guest"] and (one["voiced"] or one["phoned"]),
    "timed": lambda one: one["guest"] and one["voice_ms"] is not None,
    "first_try": lambda one: (
        one["guest"] and one["voice_ms"] is not None and one["attempts"] == 1
    ),
    "connected": lambda one: one["present_ms"] > 0,
    "on_way": lambda one: one["present_ms"] > 0 and one["path"] != "",
    "relayed": lambda one: one["present_ms"] > 0 and one["path"] == "relay",
    "hindered": lambda one: one["causes"] != "",
    "red": lambda one: one["guest"] and one["tested"] == "bad",
    "red_voiced": lambda one: one["guest"] and one["tested"] == "bad" and one["voiced"],
    "red_phoned": lambda one: (
        one["guest"] and one["tested"] == "bad" and one["phoned"] and not one["voiced"]
    ),
    "red_came": lambda one: (
        one["guest"] and one["tested"] == "bad" and one["came"]
        and not (one["voiced"] or one["phoned"])
    ),
    "tested": lambda one: one["guest"] and one["tested"] != "",
    "present_ms": lambda one: one["present_ms"],
    "weak_ms": lambda one: one["weak_ms"],
    "lost_ms": lambda one: one["lost_ms"],
    "reconnections": lambda one: one["reconnections"],
}  # fmt: skip
"""Each number as somebody would count it with a list before them."""


def by_hand(figures: list[Figure], by: str) -> dict[Any, dict[str, int]]:
    found: dict[Any, dict[str, int]] = {}
    for one in figures:
        sums = found.setdefault(one[by], dict.fromkeys(ADDED, 0))
        for name in ADDED:
            sums[name] += int(RULES[name](one))
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_sums_are_those_of_counting_by_hand(earth: Foundation, seed: int) -> None:
    rng = random.Random(seed)
    clinic, other = await make_clinic(earth.units), await make_clinic(earth.units)
    weeks = mondays(earth.clock.now().date(), 6)
    figures = some_figures(rng, clinic.id, rng.randrange(150), weeks)
    await put(earth.units, [*figures, *some_figures(rng, other.id, 40, weeks)])
    first, after = weeks[1], weeks[-1]  # the first week is too old, the last one too new
    wanted = [one for one in figures if first <= one["week"] < after]
    place = (clinic.id, first, after)
    async with earth.units.reading(SYSTEM) as unit:
        rows = await sums(unit.session, *place)
        for by in ("week", "language", "browser"):
            assert grouped(rows, by) == by_hand(wanted, by)
        assert len(rows) <= len(wanted)
        for query, name, width in (
            (voice_classes, "voice_ms", VOICE_CLASS), (link_classes, "link_ms", LINK_CLASS),
        ):  # fmt: skip
            classes = Counter(
                (one["week"], one[name] // width)
                for one in wanted
                if one["guest"] and one[name] is not None
            )
            rows_ = await query(unit.session, *place)
            assert {(week, at): people for week, at, people in rows_} == classes
        causes = Counter((one["browser"], one["causes"]) for one in wanted if one["causes"])
        found = await causes_by_browser(unit.session, *place)
        assert {(browser, named): people for browser, named, people in found} == causes


async def test_no_figures_are_no_rows(earth: Foundation) -> None:
    clinic = await make_clinic(earth.units)
    today = earth.clock.now().date()
    async with earth.units.reading(SYSTEM) as unit:
        assert await sums(unit.session, clinic.id, today - timedelta(days=9), today) == []
