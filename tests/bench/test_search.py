"""The search for what a machine holds ends soon, near the truth, and never claims what broke."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.bench.search import (
    BUSIEST_PERCENT,
    CLOSE,
    LATENCY_MS,
    MOST_RUNS,
    STEEPEST,
    Run,
    Search,
)


def played(rooms: int, base: float, each: float, slow_from: int = 10**9) -> Run:
    """A run on a machine that needs `base` and `each` percent, and is slow from some size on."""
    latency = 2 * LATENCY_MS if rooms >= slow_from else LATENCY_MS / 2
    return Run(rooms, base + each * rooms, latency, 1.0, fair=True)


def searched(first: int, base: float, each: float, slow_from: int = 10**9) -> Search:
    search = Search(first)
    while (rooms := search.next()) is not None:
        assert rooms >= 1
        assert rooms not in [run.rooms for run in search.runs]
        if search.held and not any(run.broken for run in search.runs):
            assert rooms <= max(search.held.rooms * STEEPEST, search.held.rooms + 1)
        search.runs.append(played(rooms, base, each, slow_from))
    return search


@given(st.integers(1, 60), st.floats(0, 20), st.floats(0.05, 40), st.integers(1, 300))
def test_it_ends_and_claims_only_what_went_well(
    first: int, base: float, each: float, slow_from: int
) -> None:
    search = searched(first, base, each, slow_from)
    assert 1 <= len(search.runs) <= MOST_RUNS
    broken = [run.rooms for run in search.runs if run.broken]
    if search.held:
        assert search.held.broken is None
        assert all(search.held.rooms < rooms for rooms in broken)
    else:
        assert broken


@given(st.integers(2, 8), st.floats(0, 10), st.floats(0.5, 4))
def test_it_comes_near_a_limit_of_the_processor(first: int, base: float, each: float) -> None:
    search = searched(first, base, each)
    true = (BUSIEST_PERCENT - base) / each
    assert search.held is not None
    assert search.held.rooms < true
    assert search.held.rooms >= true / CLOSE**2 - 1
    assert search.estimate is not None
    assert abs(search.estimate - true) <= 1


@given(st.integers(1, 40))
def test_a_slow_machine_is_bound_by_latency(slow_from: int) -> None:
    search = searched(8, 0.0, 0.1, slow_from)
    assert search.bound == "latency"
    assert search.held is None or search.held.rooms < slow_from


@pytest.mark.parametrize(
    ("run", "broken", "doubtful"),
    [
        (Run(4, 20.0, 1.0, 1.0, fair=True), None, False),
        (Run(4, 20.0, 1.0, 1.0, fair=False), "generator", True),
        (Run(4, 20.0, 1.0, 0.9, fair=True), "loss", True),
        (Run(4, 20.0, 9.0, 1.0, fair=True), "latency", True),
        (Run(4, 60.0, 9.0, 1.0, fair=True), "latency", False),
        (Run(4, 90.0, 1.0, 1.0, fair=True), "processor", False),
    ],
)
def test_a_run_names_what_broke(run: Run, broken: str | None, doubtful: bool) -> None:
    assert run.broken == broken
    assert run.doubtful is doubtful


def test_of_equal_runs_the_better_counts() -> None:
    good, slow = played(4, 0, 1), played(4, 0, 1, slow_from=1)
    assert min(slow, good, key=Run.rank) is good
    assert Search(1).estimate is None
    unfair = Search(1, [Run(1, 20.0, 1.0, 1.0, fair=False)])
    assert unfair.estimate is None
    assert unfair.held is None
    assert unfair.bound == "generator"
    assert Search(1, out_of_time=True).bound == "time"
