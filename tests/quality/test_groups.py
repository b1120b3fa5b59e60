"""Nobody can be told from what is shown: small numbers are left out, and what gives them away."""

import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rounds.quality.groups import LEAST, hidden, spans

COUNTS = st.dictionaries(st.integers(0, 9), st.integers(0, 30), max_size=6)
MONTHS = st.dictionaries(
    st.builds(
        lambda year, month: date(year, month, 1), st.integers(2025, 2026), st.integers(1, 12)
    ),
    st.integers(1, 12),
    max_size=24,
)


@given(COUNTS)
def test_a_small_number_is_never_shown(counts: dict[int, int]) -> None:
    left_out = hidden(counts)
    assert all(count == 0 or count >= LEAST for key, count in counts.items() if key not in left_out)


@given(COUNTS)
def test_no_number_is_the_sum_less_the_others(counts: dict[int, int]) -> None:
    left_out = hidden(counts)
    together = sum(counts[key] for key in left_out)
    everything = {key for key, count in counts.items() if count}
    # Either several are left out and stand for enough people, or nothing at all is shown.
    assert not left_out or (len(left_out) > 1 and together >= LEAST) or left_out == everything


@given(COUNTS)
def test_nothing_is_left_out_without_need(counts: dict[int, int]) -> None:
    if all(count == 0 or count >= LEAST for count in counts.values()):
        assert hidden(counts) == set()


@given(MONTHS, st.integers(1, 12))
def test_spans_have_enough_people_and_never_overlap(people: dict[date, int], month: int) -> None:
    until = date(2026, month, 1)
    found = spans(people, until)
    for first, last in found:
        assert first <= last < until
        assert first.year == last.year
        assert sum(count for one, count in people.items() if first <= one <= last) >= LEAST
    assert all(one[1] < two[0] for one, two in itertools.pairwise(found))


@given(MONTHS, MONTHS)
def test_what_is_shown_stays_when_later_months_come(
    people: dict[date, int], more: dict[date, int]
) -> None:
    until = date(2026, 6, 1)
    later = {one: count for one, count in more.items() if one >= until}
    before = spans(people, until)
    known = {one: count for one, count in people.items() if one < until}
    assert spans(known | later, date(2026, 12, 1))[: len(before)] == before
