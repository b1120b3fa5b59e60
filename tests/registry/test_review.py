"""A case review looks at safety first, then at who waits longest."""

import random

import pytest

from rounds.registry.closures import State
from rounds.registry.review import Episode, in_review_order, review_order
from rounds.registry.rules import shipped
from tests.registry.given import GIVEN, QUIET

KNOWN: State = {**QUIET, "days_enrolled": 30, "question_waiting": False, "days_since_review": 7}


def episode(id: str, *flags: str, **state: object) -> Episode:
    known: State = {**KNOWN, **state}  # type: ignore[dict-item]
    return id, known, [shipped().rules[flag] for flag in flags]


def test_the_tiers_are_those_of_the_reference() -> None:
    given = [(one["tier"], one["why"]) for one in GIVEN["review_order"]]
    assert [(one.number, one.why) for one in review_order().tiers] == given


@pytest.mark.parametrize(
    ("tier", "flags", "state"),
    [
        *[(1, [one], {}) for one in ("R-01", "R-02", "R-03", "R-04", "R-05", "R-35")],
        (1, ["R-16", "R-12", "R-04"], {}),
        (2, ["R-12"], {}),
        (2, ["R-30", "R-13"], {"question_waiting": True}),
        (3, [], {"question_waiting": True}),
        (3, ["R-30", "R-14"], {}),
        *[(4, [one, "R-08"], {}) for one in ("R-14", "R-20", "R-21")],
        *[(5, [one], {}) for one in ("R-07", "R-08", "R-18")],
        (6, ["R-16"], {"days_enrolled": 14, "days_since_review": None}),
        (8, [], {"days_enrolled": 14, "days_since_review": 3}),
        (8, [], {"days_enrolled": 15, "days_since_review": None}),
        (7, ["R-16"], {}),
        (8, ["R-27"], {}),
        (8, [], {"question_waiting": "perhaps"}),
    ],
)
def test_an_episode_has_the_tier_of_its_first_reason(
    tier: int, flags: list[str], state: dict[str, object]
) -> None:
    assert [one.tier for one in in_review_order([episode("a", *flags, **state)])] == [tier]


def test_within_a_tier_the_longest_unreviewed_comes_first_then_the_highest_score() -> None:
    wanted = [
        episode("never", days_since_review=None),
        episode("long", days_since_review=50),
        episode("high", days_since_review=20, primary_score=18),
        episode("low", days_since_review=20, primary_score=3),
        episode("a none", days_since_review=20, primary_score=None),
        episode("b none", days_since_review=20, primary_score=None),
        episode("short", days_since_review=1, primary_score=27),
    ]
    names = [id for id, _, _ in wanted]
    for seed in range(20):
        mixed = list(wanted)
        random.Random(seed).shuffle(mixed)
        assert [one.episode for one in in_review_order(mixed)] == names


def test_a_tier_comes_before_every_tie_break() -> None:
    placed = in_review_order(
        [episode("calm", days_since_review=None, primary_score=27), episode("safety", "R-03")]
    )
    assert [(one.episode, one.tier) for one in placed] == [("safety", 1), ("calm", 8)]


@pytest.mark.parametrize(
    ("state", "overdue"),
    [
        ({"days_since_review": 60}, False),
        ({"days_since_review": 61}, True),
        ({"days_since_review": None, "days_enrolled": 61}, True),
        ({"days_since_review": None, "days_enrolled": 59}, False),
    ],
)
def test_nobody_stays_unreviewed_for_long(state: dict[str, object], overdue: bool) -> None:
    assert [one.overdue for one in in_review_order([episode("a", **state)])] == [overdue]
