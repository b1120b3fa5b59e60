"""The texts people agree to: plain words, every version readable, in the person's language."""

import re

import pytest

from rounds.consent.model import Purpose
from rounds.consent.texts import NEWEST, TEXTS, ConsentText, text_of

HIGHEST_GRADE = 8.0
"""Flesch-Kincaid grade (Kincaid et al. 1975): eight years of school."""


def syllables(word: str) -> int:
    """Count groups of vowels; a silent e at the end is none, but every word has one."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", plain))
    if plain.endswith("e") and not plain.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(count, 1)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of an English text."""
    sentences = [one for one in re.split(r"[.!?:]+", text) if one.strip()]
    words = re.findall(r"[A-Za-z][A-Za-z'’-]*", text)
    spoken = sum(syllables(one) for one in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59


def test_the_measure_tells_easy_from_hard() -> None:
    easy = "The cat sat on the mat. It was warm. It was glad."
    hard = (
        "Institutional authorisation of multidisciplinary information dissemination "
        "necessitates documented acknowledgement of the aforementioned considerations."
    )
    assert grade(easy) < HIGHEST_GRADE < grade(hard)
    counted = [syllables(one) for one in ("the", "care", "people", "agree", "idea", "record")]
    assert counted == [1, 1, 2, 2, 2, 2]


@pytest.mark.parametrize(("purpose", "version"), TEXTS)
def test_every_text_can_be_read_after_eight_years_of_school(purpose: Purpose, version: str) -> None:
    text = text_of(purpose, version)
    assert grade(f"{text.title}. {text.means} {text.otherwise}") <= HIGHEST_GRADE


def test_the_newest_version_of_each_purpose_is_asked_for_and_none_is_lost() -> None:
    assert set(NEWEST) == set(Purpose)
    for (purpose, version), text in TEXTS.items():
        assert text_of(purpose, version) is text
        assert version <= NEWEST[purpose]
        assert all(isinstance(getattr(text, name), str) for name in ConsentText.__slots__)
