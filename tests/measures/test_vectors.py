"""Every given case comes to exactly what it has to come to, key by key."""

from typing import Any

import pytest

from rounds.measures.cases import got_change, got_score, got_sum
from rounds.measures.change import change, scale_of
from rounds.measures.instrument_files import shipped
from rounds.measures.restricted import restricted, score_values
from rounds.measures.scoring import score
from tests.measures.vectors import exact, given, named, number


def scored(case: dict[str, Any]) -> dict[str, Any]:
    return got_score(score(shipped()[case["instrument"]], case["answers"], case["context"]))


@pytest.mark.parametrize("case", given("vectors"), ids=named)
def test_answers_come_to_their_score(case: dict[str, Any]) -> None:
    assert exact(scored(case)) == exact(case["expected"])


@pytest.mark.parametrize("case", given("restricted_vectors"), ids=named)
def test_values_come_to_their_sum(case: dict[str, Any]) -> None:
    known = restricted()[case["instrument"]]
    got = got_sum(score_values(known, case["values"], case["context"]))
    assert exact(got) == exact(case["expected"])


@pytest.mark.parametrize("case", given("change_vectors"), ids=named)
def test_two_totals_come_to_their_change(case: dict[str, Any]) -> None:
    scale = scale_of(shipped()[case["instrument"]])
    got = got_change(change(scale, number(case["baseline"]), number(case["current"])))
    assert exact(got) == exact(case["expected"])


def test_all_that_were_given_are_here() -> None:
    parts = ("vectors", "restricted_vectors", "change_vectors")
    assert [len(given(part)) for part in parts] == [74, 27, 8]
    assert {case["instrument"] for case in given("vectors")} == set(shipped())


@pytest.mark.parametrize("key", ["status", "total", "raw", "band", "missing", "sub", "alerts"])
def test_a_wrong_expectation_would_be_noticed(key: str) -> None:
    """The comparison itself: one value changed anywhere, and no case would pass."""
    for case in given("vectors"):
        wrong = case["expected"] | {key: "something else"}
        assert exact(scored(case)) != exact(wrong)
