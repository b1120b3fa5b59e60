"""What is measured of visits: name, meaning and value of each, the same for page and sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rounds.kernel.words import N_
from rounds.quality.sums import Rate, Share, Sums, Times
from rounds.quality.visits import Numbers, Week

Translate = Callable[[str], str]
SHARE, SECONDS, RATE = "share", "seconds", "rate"


@dataclass(frozen=True, slots=True)
class Value:
    """A number with what it was made of; None where too few people make it."""

    value: float | None
    part: int | None
    whole: int


@dataclass(frozen=True, slots=True)
class Measure:
    """`of` returns its value for sums and times, written as `kind`; `top` ends the scale."""

    key: str
    title: str
    means: str
    kind: str
    of: Callable[[Sums, Times], Value]
    top: float | None = None


def of_share(share: Share) -> Value:
    """Return a share as a value."""
    return Value(share.value, share.part, share.whole)


def of_rate(rate: Rate) -> Value:
    """Return a rate as a value; its whole is minutes."""
    return Value(rate.value, rate.events, round(rate.milliseconds / 60_000))


def of_times(times: Times) -> Value:
    """Return the median in seconds; its whole is how many were measured."""
    seconds = None if times.median is None else times.median / 1000
    return Value(seconds, None, times.measured)


MEASURES: Sequence[Measure] = (
    Measure(
        "joined",
        N_("Were heard"),
        N_("Of the patients and relatives who opened their link, those whose voice reached us."),
        SHARE,
        lambda sums, _: of_share(sums.joined),
        1.0,
    ),
    Measure(
        "voice",
        N_("From Admit to the first voice"),
        N_("Half of the guests heard somebody within this time after they were let in."),
        SECONDS,
        lambda _, times: of_times(times),
    ),
    Measure(
        "first_try",
        N_("In at the first try"),
        N_("Of the guests who heard somebody, those whose call stood at once."),
        SHARE,
        lambda sums, _: of_share(sums.first_try),
        1.0,
    ),
    Measure(
        "reconnections",
        N_("Reconnections"),
        N_("How often a connection had to be made anew, for each hour of somebody in a call."),
        RATE,
        lambda sums, _: of_rate(sums.reconnections),
    ),
    Measure(
        "phoned",
        N_("By telephone"),
        N_("Of the guests whose visit took place, those who went on by telephone."),
        SHARE,
        lambda sums, _: of_share(sums.phoned),
    ),
    Measure(
        "weak",
        N_("Weak connection"),
        N_("Part of all time in calls in which a connection was weak."),
        SHARE,
        lambda sums, _: of_share(sums.weak),
    ),
    Measure(
        "lost",
        N_("No connection"),
        N_("Part of all time in calls in which a connection was lost."),
        SHARE,
        lambda sums, _: of_share(sums.lost),
    ),
    Measure(
        "relayed",
        N_("Through a relay"),
        N_("Of the people whose way is known, those whose network lets no direct way out."),
        SHARE,
        lambda sums, _: of_share(sums.relayed),
        1.0,
    ),
)


def by_week(numbers: Numbers, measure: Measure) -> list[tuple[Week, Value]]:
    """Return a measure's value of each week."""
    return [(week, measure.of(week.sums, week.voice)) for week in numbers.weeks]
