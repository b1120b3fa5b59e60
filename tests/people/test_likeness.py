"""Finding a patient by number and by likeness, however they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.signing import Signer
from rounds.people.languages import LANGUAGES, SIGNED, known_language, language_choices
from rounds.people.likeness import folded, likeness, number_index

SIGNER = Signer(b"s" * 32)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lucía", "LUCIA"),
        ("Straße", "STRASSE"),
        ("ＨＳ－１", "hs-1"),
        ("  van   der Berg ", "Van der Berg"),
        ("Zoe\u0308", "Zoë"),
        ("Ｎguyễn", "nguyen"),
    ],
)
def test_ways_to_write_the_same_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert number_index(SIGNER, one) == number_index(SIGNER, other)


def test_given_and_family_do_not_run_into_each_other() -> None:
    assert likeness(SIGNER, "Anna Lee", "Park", "x") != likeness(SIGNER, "Anna", "Lee Park", "x")
    assert likeness(SIGNER, "A", "B", "1991-09-03") != likeness(SIGNER, "A", "B", "1991-09-04")


@given(st.text(max_size=60))
def test_folding_is_stable_and_an_index_tells_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    index = number_index(SIGNER, text)
    assert len(index) == 32
    assert len(text) < 4 or text not in index


def test_every_language_has_a_name() -> None:
    for reader in ("en_GB", "de", "ar"):
        named = dict(language_choices(reader, lambda text: text, signed=True))
        assert set(named) == {*LANGUAGES, SIGNED}
        assert all(named.values())
        assert len(set(named.values())) == len(named)
    for tag in LANGUAGES:
        assert known_language(tag) == tag
