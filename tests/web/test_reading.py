"""What patients read has a school grade that most people reach, and the page says which."""

import re

import pytest

from rounds.consent.texts import TEXTS
from rounds.web.reading import grade
from tests.making.house import House

EASY = 6
"""AHRQ, Health Literacy Universal Precautions Toolkit, tool 11: fifth to sixth grade."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("We see you. You see us.", 1),
        # 13 words in one sentence, 24 syllables: 0.39 * 13 + 11.8 * 24 / 13 - 15.59 = 11.3.
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 11),
        # 7 words in two parts, 25 syllables: 0.39 * 3.5 + 11.8 * 25 / 7 - 15.59 = 27.9.
        ("Disclosure necessitates authorization; redisclosure is nevertheless conceivable.", 28),
    ],
)
def test_a_text_has_a_grade(text: str, expected: int) -> None:
    assert abs(grade(text) - expected) <= 1


@pytest.mark.parametrize("text", TEXTS.values(), ids=lambda text: text.title)
def test_what_is_agreed_to_is_easy(text: object) -> None:
    assert grade(f"{getattr(text, 'means')} {getattr(text, 'otherwise')}") <= EASY  # noqa: B009


@pytest.mark.asyncio(loop_scope="module")
async def test_what_to_know_before_joining_is_easy_and_says_so(house: House) -> None:
    shown = (await house.browser().get("/j")).text
    terms = re.findall(r"<li data-aloud-text>([^<]+)</li>", shown)
    assert len(terms) == 4
    level = grade(" ".join(terms))
    assert level <= EASY
    assert f"Reading level: school grade {level}" in shown
    assert "Nothing is recorded" in shown
