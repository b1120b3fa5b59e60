"""What people said, added up: right where it is shown, silent where it would tell of somebody."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rounds.quality.answers import added_answers
from rounds.quality.groups import LEAST
from rounds.visits.experience_questions import GOOD_STEPS, STEPS, Problem, Question

UNTIL = date(2026, 12, 1)


@dataclass
class Row:
    month: date
    language: str
    question: str
    answer: str
    people: int


@dataclass(frozen=True)
class Said:
    """What one person said."""

    month: int
    language: str
    answers: tuple[str | None, str | None, str | None]
    problems: frozenset[Problem]


PEOPLE = st.lists(
    st.builds(
        Said,
        st.integers(1, 11),
        st.sampled_from(["en", "de", "ar"]),
        st.tuples(*(st.sampled_from([None, *STEPS[one]]) for one in Question)),
        st.frozensets(st.sampled_from(list(Problem)), max_size=3),
    ),
    max_size=40,
)


def counted(people: list[Said]) -> list[Row]:
    sums: Counter[tuple[date, str, str, str]] = Counter()
    for one in people:
        month = date(2026, one.month, 1)
        sums[month, one.language, "people", ""] += 1
        for question, answer in zip(Question, one.answers, strict=True):
            if answer:
                sums[month, one.language, str(question), answer] += 1
        for problem in one.problems:
            sums[month, one.language, "problem", str(problem)] += 1
    return [Row(*key, people) for key, people in sums.items()]


@given(PEOPLE)
def test_what_is_shown_is_what_was_said(people: list[Said]) -> None:
    for span in added_answers(counted(people), UNTIL):
        asked = [one for one in people if span.first.month <= one.month <= span.last.month]
        assert span.people == len(asked) >= LEAST
        for at, told in enumerate(span.answers):
            given_ = [one.answers[at] for one in asked if one.answers[at]]
            assert told.people in (0, len(given_))
            for step, count in told.counts.items():
                assert count in (None, given_.count(step))
            good = sum(given_.count(step) for step in STEPS[told.question][:GOOD_STEPS])
            assert told.good in (None, good)
        for problem, named in span.problems.items():
            assert named in (None, sum(problem in one.problems for one in asked))


@given(PEOPLE)
def test_nothing_shown_stands_for_one_to_four_people(people: list[Said]) -> None:
    for span in added_answers(counted(people), UNTIL):
        shown = [count for told in span.answers for count in told.counts.values()]
        shown += [*span.problems.values(), *span.languages.values()]
        shown += [told.good for told in span.answers]
        shown += [told.people - told.good for told in span.answers if told.good is not None]
        assert all(not count or count >= LEAST for count in shown)


def test_a_month_that_can_still_change_is_not_shown() -> None:
    rows = [Row(date(2026, 11, 1), "en", "people", "", 30)]
    assert added_answers(rows, date(2026, 11, 1)) == []
    assert len(added_answers(rows, UNTIL)) == 1
