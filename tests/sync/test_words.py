"""Comparing two texts gives both of them back, and says how one becomes the other."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.sync.words import Piece, Sign, compare, edits

WORDS = st.lists(
    st.sampled_from(["walk", "rest", " ", "  ", "\n", "😀", "e\u0301", "مشي", "a"]), max_size=40
)
TEXTS = WORDS.map(" ".join) | st.text(max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert "".join(one.text for one in pieces if one.sign is not Sign.NEW) == before
    assert "".join(one.text for one in pieces if one.sign is not Sign.GONE) == after
    assert all(one.text for one in pieces)


@given(TEXTS, TEXTS)
def test_what_is_to_be_done_leads_from_one_to_the_other(before: str, after: str) -> None:
    made, at = "", 0
    for one in edits(before, after):
        assert before[one.at : one.at + len(one.gone)] == one.gone
        made += before[at : one.at] + one.new
        at = one.at + len(one.gone)
    assert made + before[at:] == after


@given(TEXTS)
def test_what_is_the_same_is_kept_whole(text: str) -> None:
    assert compare(text, text) == ([Piece(Sign.KEPT, text)] if text else [])
    assert edits(text, text) == []


def test_only_the_words_that_changed_are_told() -> None:
    assert compare("Walk ten minutes a day.", "Walk five minutes a day.") == [
        Piece(Sign.KEPT, "Walk "),
        Piece(Sign.GONE, "ten "),
        Piece(Sign.NEW, "five "),
        Piece(Sign.KEPT, "minutes a day."),
    ]


def test_two_long_texts_are_compared_in_good_time() -> None:
    before = " ".join(f"w{one % 97}" for one in range(5000))
    after = " ".join(f"w{one % 89}" for one in range(5000))
    pieces = compare(before, after)
    assert "".join(one.text for one in pieces if one.sign is not Sign.GONE) == after
