"""How often one receiver's requests for a key frame are passed on to a sender."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu.key_frame_budget import FIRST_WAIT, LONGEST_WAIT, KeyFrameBudget

SECOND = 1_000_000


def allowed(times: list[int]) -> list[int]:
    budget = KeyFrameBudget()
    return [time for time in times if budget.allows(time)]


def test_who_cannot_decode_and_asks_for_ever_is_heard_ever_less() -> None:
    asked = range(0, 60 * SECOND, 300_000)
    passed = allowed(list(asked))
    assert len(passed) <= 10
    assert passed[-1] - passed[-2] >= LONGEST_WAIT


def test_who_loses_something_now_and_then_is_heard_each_time() -> None:
    asked = list(range(0, 60 * SECOND, 3 * SECOND))
    assert allowed(asked) == asked


@given(st.lists(st.integers(0, 2 * SECOND), max_size=100))
def test_requests_never_pass_faster_than_the_shortest_wait(pauses: list[int]) -> None:
    times, now = [], 0
    for pause in pauses:
        now += pause
        times.append(now)
    passed = allowed(times)
    assert passed[:1] == times[:1]
    assert all(later - sooner >= FIRST_WAIT for sooner, later in itertools.pairwise(passed))
