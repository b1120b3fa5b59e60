"""Answers of a span of months as the page shows them."""

from collections.abc import Mapping
from typing import Any

from rounds.people.languages import language_name
from rounds.quality.answers import Answers, Span
from rounds.quality.views.measures import Translate
from rounds.quality.views.numbers import month_words
from rounds.visits.experience_words import answer_words, problem_words, question_words


def span_values(span: Span, words: str, translate: Translate) -> Mapping[str, Any]:
    """Return what was said in some months; counts that are not told are None."""
    return {
        "months": month_words(span.first, span.last, words),
        "people": span.people,
        "questions": [_question(one, translate) for one in span.answers],
        "problems": [
            (problem_words(one, translate), count) for one, count in span.problems.items()
        ],
        "languages": [
            (language_name(tag, words, translate), count) for tag, count in span.languages.items()
        ],
    }


def _question(answers: Answers, translate: Translate) -> Mapping[str, Any]:
    return {
        "words": question_words(answers.question, translate),
        "people": answers.people,
        "good": answers.good,
        "steps": [
            {
                "words": answer_words(answers.question, step, translate),
                "count": count,
                # In hundredths, for a bar's length.
                "share": round(100 * count / answers.people) if count and answers.people else 0,
            }
            for step, count in answers.counts.items()
        ],
    }
