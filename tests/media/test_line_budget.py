"""The limit of a line falls at once, rises slowly, and is gone when it is of no use."""

from rounds.media.sfu.line_budget import (
    CALM,
    GROWTH,
    KEEP,
    LEAST,
    LEAST_AT_LOSS,
    LONGEST_CALM,
    MOST_TAKEN,
    NEAR,
    RETURN,
    SLOW,
    LineBudget,
)

SECOND = 1_000_000


def full_at(budget: LineBudget, second: int) -> None:
    """Let the browser say that the line is full."""
    assert budget.heard(300_000, 400_000, True, second * SECOND)


def rises(budget: LineBudget, start: int, takes: int = 1_200_000, most: int = 60) -> int:
    """Return the first second from `start` on in which the limit is higher, or gone."""
    before = budget.limit
    for second in range(start, start + most):
        budget.tick_second(takes, False, second * SECOND)
        if budget.limit is None or (before is not None and budget.limit > before):
            return second
    raise AssertionError("the limit never rises")


def test_a_line_without_complaint_has_no_limit() -> None:
    budget = LineBudget()
    for second in range(20):
        assert not budget.heard(1_300_000, 1_200_000, True, second * SECOND)
        assert not budget.lost(0.12, 1_200_000, second * SECOND)
        budget.tick_second(1_200_000, False, second * SECOND)
    assert budget.limit is None


def test_a_full_line_is_used_a_little_less_than_it_carries() -> None:
    budget = LineBudget()
    full_at(budget, 1)
    assert budget.limit == int(max(KEEP * 300_000, MOST_TAKEN * 400_000))
    # What was on its way when we took back says so again; that is not another sign.
    assert not budget.heard(200_000, 400_000, True, int(1.5 * SECOND))


def test_what_a_busy_computer_says_of_a_line_that_is_not_late_does_not_count() -> None:
    budget = LineBudget()
    for second in range(1, 20):
        assert not budget.heard(100_000, 1_200_000, False, second * SECOND)
    assert budget.limit is None


def test_a_calm_line_is_tried_again_and_at_last_has_no_limit() -> None:
    budget = LineBudget()
    full_at(budget, 0)
    assert rises(budget, 1) == CALM // SECOND
    second = CALM // SECOND + 1
    while budget.limit is not None:
        budget.tick_second(1_200_000, False, second * SECOND)
        second += 1
    assert second < 30


def test_what_was_tried_in_vain_is_tried_later_each_time() -> None:
    budget, at, waits = LineBudget(), 0, []
    for _ in range(4):
        full_at(budget, at)
        rose = rises(budget, at + 1)
        waits.append(rose - at)
        at = rose + 1
    assert waits == sorted(waits)
    assert waits[0] == CALM // SECOND
    assert waits[-1] == LONGEST_CALM // SECOND


def test_heavy_loss_takes_some_back_and_ends_no_picture() -> None:
    budget = LineBudget()
    assert budget.lost(0.2, 1_000_000, SECOND)
    assert budget.limit == 900_000
    for second in range(3, 60, 2):
        budget.lost(0.5, budget.limit or 0, second * SECOND)
    assert budget.limit == LEAST_AT_LOSS
    assert not budget.lost(0.9, LEAST_AT_LOSS, 99 * SECOND)


def test_heavy_loss_of_late_packets_is_a_full_line_and_leaves_what_arrives() -> None:
    budget = LineBudget()
    assert budget.overflowed(0.85, 1_200_000, 60_000, SECOND)
    # Voices have their place first.
    assert budget.limit == int(KEEP * 1_260_000 * (1 - 0.85)) - 60_000
    assert budget.narrow
    assert budget.overflowed(0.8, 100_000, 60_000, 3 * SECOND)
    assert budget.limit == LEAST


def test_near_to_where_it_was_full_more_is_tried_in_small_steps() -> None:
    budget, steps = LineBudget(), []
    assert budget.overflowed(0.5, 800_000, 0, 0)
    before = full = budget.limit or 0
    for second in range(CALM // SECOND, 20):
        budget.tick_second(2_000_000, False, second * SECOND)
        if budget.limit is None:
            break
        steps.append((before / full < NEAR[1], round(budget.limit / before, 2)))
        before = budget.limit
    assert set(steps) == {(True, SLOW), (False, GROWTH)}


def test_voices_keep_their_repeats_on_a_line_that_only_loses() -> None:
    budget = LineBudget()
    assert not budget.narrow
    for second in range(1, 60, 2):
        budget.lost(0.4, budget.limit or 1_200_000, second * SECOND)
    assert not budget.narrow


def test_while_every_picture_rests_the_limit_comes_back_sooner() -> None:
    limits = []
    for rests in (False, True):
        budget = LineBudget()
        assert budget.overflowed(0.9, 300_000, 60_000, 0)
        budget.tick_second(1_200_000, rests, CALM)
        limits.append(budget.limit or 0)
    assert limits == [int(LEAST * SLOW), int(LEAST * RETURN)]


def test_a_wild_estimate_takes_a_third_and_the_way_back_is_never_long() -> None:
    budget = LineBudget()
    assert budget.heard(1_000, 1_000_000, True, SECOND)
    assert budget.limit == int(MOST_TAKEN * 1_000_000)
    for second in range(3, 20, 2):
        budget.heard(1_000, 40_000, True, second * SECOND)
    assert budget.limit == LEAST
