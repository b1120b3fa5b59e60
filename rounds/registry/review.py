"""The order in which a case review looks at episodes (clinical reference, section 2.3).

Tiers, no weights: a sum of points can hide a safety issue behind many small ones, and nobody has
validated such weights.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rounds.registry.closures import State, Unassessable
from rounds.registry.conditions import Condition
from rounds.registry.placed import Placed, read_placed
from rounds.registry.rules import GROUPS, MOST_RULES, Rule, read_condition_at, shipped
from rounds.registry.variables import variables

FILE = Path(__file__).with_name("review.json")
SCHEMA = "rounds-review/1"
WAYS = ("first", "last")


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of the order: an open rule of these, or a condition, puts an episode here."""

    number: int
    why: str
    groups: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class TieBreak:
    """Which variable decides within a tier, highest first, and where nothing recorded stands."""

    variable: str
    nothing: str


@dataclass(frozen=True, slots=True)
class ReviewOrder:
    """Tiers, the last of which takes all others; after the tie breaks the episode's id decides."""

    tiers: tuple[Tier, ...]
    tie_breaks: tuple[TieBreak, ...]
    rotation_days: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an episode stands in the review, and why.

    `overdue` says that nobody has looked at it for longer than the rotation, 60 days.
    """

    episode: str
    tier: int
    why: str
    overdue: bool


Episode = tuple[str, State, Collection[Rule]]
"""Id of an episode, its state, and its open flags."""


@cache
def review_order() -> ReviewOrder:
    """Return the order that ships. Raises BrokenFile."""
    return read_review(FILE.name, FILE.read_bytes())


def in_review_order(episodes: Iterable[Episode]) -> list[Place]:
    """Return episodes in the order in which a case review looks at them."""
    order = review_order()
    placed = [(_tier(order, state, flags), id, state) for id, state, flags in episodes]
    placed.sort(key=lambda one: (one[0].number, *_ties(order, one[2]), one[1]))
    return [Place(id, tier.number, tier.why, _overdue(order, state)) for tier, id, state in placed]


def read_review(file: str, raw: bytes) -> ReviewOrder:
    """Return the order that a file holds. Raises BrokenFile."""
    top = read_placed(file, raw).fields({"schema", "rotation_days", "tiers", "tie_break"})
    top["schema"].one_of("schema", {SCHEMA})
    tiers = [_read_tier(number, one) for number, one in enumerate(top["tiers"].items(50), 1)]
    if not tiers or tiers[-1].groups or tiers[-1].rules or tiers[-1].condition:
        raise top["tiers"].broken("the last tier has to take all others")
    ties = [_read_tie(one) for one in top["tie_break"].items(10)]
    return ReviewOrder(tuple(tiers), tuple(ties), top["rotation_days"].whole("rotation_days", 1))


def _tier(order: ReviewOrder, state: State, flags: Collection[Rule]) -> Tier:
    for tier in order.tiers[:-1]:
        if any(flag.id in tier.rules or flag.group in tier.groups for flag in flags):
            return tier
        if tier.condition is not None and _holds(tier.condition, state):
            return tier
    return order.tiers[-1]


def _holds(condition: Condition, state: State) -> bool:
    try:
        return bool(condition.test(state))
    except Unassessable:
        return False  # the order is never without an episode because of one value


def _ties(order: ReviewOrder, state: State) -> list[tuple[int, float]]:
    return [_tie(one, _number(state, one.variable)) for one in order.tie_breaks]


def _tie(tie: TieBreak, value: float | None) -> tuple[int, float]:
    if value is None:
        return (0 if tie.nothing == "first" else 2, 0)
    return (1, -value)


def _overdue(order: ReviewOrder, state: State) -> bool:
    days = _number(state, "days_since_review")
    if days is None:  # never reviewed: as long as the episode is here
        days = _number(state, "days_enrolled")
    return days is not None and days > order.rotation_days


def _number(state: State, name: str) -> float | None:
    value = state.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _read_tier(number: int, told: Placed) -> Tier:
    parts = told.fields(("tier", "why"), {"groups", "rules", "condition"})
    if parts["tier"].whole("tier", 1) != number:
        raise parts["tier"].broken(f"tier: {number} is expected here")
    groups = parts["groups"].items(len(GROUPS)) if "groups" in parts else []
    rules = parts["rules"].items(MOST_RULES) if "rules" in parts else []
    known = shipped().rules
    return Tier(
        number,
        parts["why"].text("why", 200),
        frozenset(one.one_of("groups", GROUPS) for one in groups),
        frozenset(one.one_of("rules", known) for one in rules),
        read_condition_at(parts["condition"], variables()) if "condition" in parts else None,
    )


def _read_tie(told: Placed) -> TieBreak:
    parts = told.fields(("variable", "first", "nothing"))
    parts["first"].one_of("first", ("highest",))
    variable = parts["variable"].one_of("variable", variables())
    return TieBreak(variable, parts["nothing"].one_of("nothing", WAYS))
