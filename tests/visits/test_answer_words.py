"""One clear word is understood in many languages; whatever is more is left for a person to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.notices.model import Meaning
from rounds.visits.words import WORDS, meaning_of

SAID = [
    ("1", Meaning.YES), ("Yes", Meaning.YES), (" YES! ", Meaning.YES), ("Ja.", Meaning.YES),
    ("oui 🙂", Meaning.YES), ("SÍ", Meaning.YES), ("¡Sí!", Meaning.YES), ("да", Meaning.YES),
    ("نعم", Meaning.YES), ("はい。", Meaning.YES), ("👍", Meaning.YES), ("１", Meaning.YES),
    ("TAK", Meaning.YES), ("Evet", Meaning.YES),
    ("2", Meaning.NO), ("no", Meaning.NO), ("Nein!", Meaning.NO), ("NON", Meaning.NO),
    ("нет", Meaning.NO), ("لا", Meaning.NO), ("HAYIR", Meaning.NO), ("いいえ", Meaning.NO),
    ("STOP", Meaning.STOP), ("stop.", Meaning.STOP), ("Arrêt", Meaning.STOP),
    ("", Meaning.UNCLEAR), ("yes but later", Meaning.UNCLEAR), ("no problem", Meaning.UNCLEAR),
    ("12", Meaning.UNCLEAR), ("I cannot stop crying", Meaning.UNCLEAR), ("?", Meaning.UNCLEAR),
    ("1 2", Meaning.UNCLEAR), ("yesno", Meaning.UNCLEAR), ("jo", Meaning.UNCLEAR),
    ("don't stop", Meaning.UNCLEAR), ("1000", Meaning.UNCLEAR), ("-", Meaning.UNCLEAR),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meaning"), SAID)
def test_what_people_say(text: str, meaning: Meaning) -> None:
    assert meaning_of(text) is meaning


def test_no_word_means_two_things() -> None:
    every = [word for words in WORDS.values() for word in words]
    assert len(every) == len(set(every))


@given(st.text(max_size=300))
def test_anything_has_a_meaning_and_two_words_are_never_clear(text: str) -> None:
    assert meaning_of(text) in Meaning
    assert meaning_of(f"yes {text}x") in (Meaning.UNCLEAR, Meaning.YES)
    assert meaning_of(f"well {text} no") is Meaning.UNCLEAR
