"""What sums of figures say: shares with what they are made of, times, None if too few (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rounds.quality.groups import LEAST

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `value` is None where there are too few people to say anything."""

    part: int
    whole: int
    people: int
    """People the number is about; for times in a call more than its denominator tells."""

    @property
    def value(self) -> float | None:
        """Return the share, 0 to 1."""
        if self.people < LEAST or not self.whole:
            return None
        return min(1.0, self.part / self.whole)


@dataclass(frozen=True, slots=True)
class Rate:
    """How often in an hour of calls; None as in `Share`."""

    events: int
    milliseconds: int
    people: int

    @property
    def value(self) -> float | None:
        """Return events in an hour."""
        if self.people < LEAST or not self.milliseconds:
            return None
        return self.events * HOUR_MS / self.milliseconds


@dataclass(frozen=True, slots=True)
class Times:
    """Median and 95th percentile in milliseconds; None where too few were measured."""

    measured: int
    median: int | None
    p95: int | None


@dataclass(frozen=True, slots=True)
class Sums:
    """What is said of a week, a language, a browser or all together."""

    people: int
    guests: int
    joined: Share
    first_try: Share
    phoned: Share
    relayed: Share
    weak: Share
    lost: Share
    reconnections: Rate
    tested: int
    red: int
    outcomes: Mapping[str, int]
    """What became of red lights: `voiced`, `phoned`, `came` (and was not heard), `stayed_away`."""


ADDED = (
    "people", "guests", "opened", "voiced", "came", "phoned", "through", "timed", "first_try",
    "connected", "on_way", "relayed", "hindered", "red", "red_voiced", "red_phoned", "red_came",
    "tested", "present_ms", "weak_ms", "lost_ms", "reconnections",
)  # fmt: skip


def added_up(rows: Iterable[Any]) -> dict[str, int]:
    """Return the sums of several rows of the database together."""
    known = list(rows)
    return {name: sum(int(getattr(row, name) or 0) for row in known) for name in ADDED}


def grouped(rows: Iterable[Any], by: str) -> dict[Any, dict[str, int]]:
    """Return the sums of rows that are alike in one of their columns, in the order of these."""
    alike: dict[Any, list[Any]] = {}
    for row in rows:
        alike.setdefault(getattr(row, by), []).append(row)
    return {group: added_up(alike[group]) for group in sorted(alike)}


def say(total: Mapping[str, int]) -> Sums:
    """Return what sums say."""
    connected, present = total["connected"], total["present_ms"]
    red = total["red"]
    outcomes = {
        "voiced": total["red_voiced"],
        "phoned": total["red_phoned"],
        "came": total["red_came"],
    }
    outcomes["stayed_away"] = red - sum(outcomes.values())
    return Sums(
        people=total["people"],
        guests=total["guests"],
        joined=Share(total["voiced"], total["opened"], total["opened"]),
        first_try=Share(total["first_try"], total["timed"], total["timed"]),
        phoned=Share(total["phoned"], total["through"], total["through"]),
        relayed=Share(total["relayed"], total["on_way"], total["on_way"]),
        weak=Share(total["weak_ms"], present, connected),
        lost=Share(total["lost_ms"], present, connected),
        reconnections=Rate(total["reconnections"], present, connected),
        tested=total["tested"],
        red=red,
        outcomes=outcomes,
    )


def times(classes: Sequence[tuple[int, int]], width: int) -> Times:
    """Return what classes of times say: pairs of place and people, each `width` ms wide, in order.

    A time is told as the middle of its class: within `width` / 2 of what it was.
    """
    measured = sum(people for _, people in classes)
    if measured < LEAST:
        return Times(measured, None, None)
    return Times(measured, _quantile(classes, width, 0.5), _quantile(classes, width, 0.95))


def _quantile(classes: Sequence[tuple[int, int]], width: int, share: float) -> int:
    """Return the least time that `share` of them do not pass (nearest rank)."""
    wanted = sum(people for _, people in classes) * share
    passed = 0
    for place, people in sorted(classes):
        passed += people
        if passed >= wanted:
            return place * width + width // 2
    raise AssertionError("a share is at most 1")


def causes(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """Return people by cause and browser, of sets of causes by browser."""
    found: dict[str, dict[str, int]] = {}
    for browser, named, people in rows:
        for cause in named.split():
            by_browser = found.setdefault(cause, {})
            by_browser[browser] = by_browser.get(browser, 0) + people
    return found
