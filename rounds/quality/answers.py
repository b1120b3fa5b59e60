"""What people said after visits, added up so that no single answer can be told (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from rounds.quality.groups import LEAST, hidden, spans
from rounds.visits.experience_questions import GOOD_STEPS, STEPS, Problem, Question

PEOPLE, PROBLEM = "people", "problem"
"""As `counting` writes them."""


class Counted(Protocol):
    """A row of sums."""

    month: date
    language: str
    question: str
    answer: str
    people: int


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one question: people by answer, None where it would tell too much.

    `people` is 0 where too few answered; `good` how many gave a good answer, None as above.
    """

    question: Question
    people: int
    counts: Mapping[str, int | None]
    good: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """What was said in some months: `languages` gives people by language, None as in `Answers`."""

    first: date
    last: date
    people: int
    answers: Sequence[Answers]
    problems: Mapping[Problem, int | None]
    languages: Mapping[str, int | None]


def added_answers(rows: Iterable[Counted], until: date) -> list[Span]:
    """Return what was said, by spans of months that have enough people and are final."""
    known = list(rows)
    people: Counter[date] = Counter()
    for row in known:
        if row.question == PEOPLE:
            people[row.month] += row.people
    return [
        _span(first, last, [row for row in known if first <= row.month <= last])
        for first, last in spans(people, until)
    ]


def _span(first: date, last: date, rows: Sequence[Counted]) -> Span:
    by_answer: Counter[tuple[str, str]] = Counter()
    by_language: Counter[str] = Counter()
    for row in rows:
        by_answer[row.question, row.answer] += row.people
        if row.question == PEOPLE:
            by_language[row.language] += row.people
    people = by_answer[PEOPLE, ""]
    return Span(
        first=first,
        last=last,
        people=people,
        answers=[_answers(one, by_answer) for one in Question],
        problems=_problems(by_answer, people),
        languages=_shown(by_language),
    )


def _answers(question: Question, by_answer: Mapping[tuple[str, str], int]) -> Answers:
    counts = {step: by_answer[str(question), step] for step in STEPS[question]}
    people = sum(counts.values())
    if people < LEAST:
        # How many answered is not told either: it would be the difference to all.
        return Answers(question, 0, dict.fromkeys(counts), None)
    good = sum(counts[step] for step in STEPS[question][:GOOD_STEPS])
    told = good if _tells_nobody(good, people) else None
    return Answers(question, people, _shown(counts), told)


def _problems(
    by_answer: Mapping[tuple[str, str], int], people: int
) -> Mapping[Problem, int | None]:
    """Several may be named by one person, so no sum gives a left-out number away.

    All but a few naming the same one tells of the few as well.
    """
    counts = {one: by_answer[PROBLEM, str(one)] for one in Problem}
    return {one: count if _tells_nobody(count, people) else None for one, count in counts.items()}


def _tells_nobody(part: int, whole: int) -> bool:
    return not (0 < part < LEAST or 0 < whole - part < LEAST)


def _shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    left_out = hidden(counts)
    return {key: None if key in left_out else count for key, count in counts.items()}
