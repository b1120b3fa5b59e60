"""What is not plain text in the sender's fields, beside what is there, does not come in."""

import pytest

from rounds.sync.refused import Refused, Remedy
from rounds.sync.section import LONGEST_TEXT, Section
from tests.sync.written import number, piece, update, words

OURS, THEIRS = 7, 9
GOAL, STEP = b"t:g1.text", b"t:g1.step"


def section(text: str = "walk", field: bytes = GOAL) -> Section:
    """Return a section where somebody else wrote `text`."""
    there = Section()
    there.accept(update((THEIRS, 0, [piece(words(text), field=field)])), {THEIRS}, {field})
    return there


def refusal(there: Section, sent: bytes, writable: set[bytes] | None = None) -> str:
    """Return the code of the refusal, which leaves everything as it was."""
    before = (
        there.state(),
        dict(there.known.clocks),
        dict(there.known.sizes),
        set(there.known.low),
    )
    with pytest.raises(Refused) as refused:
        there.accept(sent, {OURS}, {GOAL} if writable is None else writable)
    after = (there.state(), dict(there.known.clocks), dict(there.known.sizes), set(there.known.low))
    assert after == before
    return refused.value.code


def test_text_beside_text_comes_in() -> None:
    there = section()
    there.accept(update((OURS, 0, [piece(words("ing"), left=(THEIRS, 3))])), {OURS}, {GOAL})
    assert there.text(GOAL) == "walking"
    assert there.known.sizes == {GOAL: 7}


def test_what_was_taken_in_already_changes_nothing() -> None:
    there = section()
    sent = update((OURS, 0, [piece(words("ing"), left=(THEIRS, 3))]), deleted=[(THEIRS, [(0, 1)])])
    there.accept(sent, {OURS}, {GOAL})
    again = there.accept(sent, {OURS}, set())
    assert (again.pieces, again.deletions) == ([], [])
    assert there.text(GOAL) == "alking"
    assert there.known.sizes == {GOAL: 6}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (0, number(3)),  # garbage collected
        (2, number(1) + words('"a"')),  # JSON
        (3, words(b"\x00")),  # binary
        (5, words('"a"')),  # embed
        (6, words("bold") + words("true")),  # format
        (7, number(2)),  # a nested type
        (8, number(1) + b"\x77" + words("a")),  # any value
        (9, words("x") + b"\x76\x00"),  # a document inside
        (10, number(3)),  # a gap
        (11, number(0) * 4),  # moved
    ],
)
def test_only_text_is_content(kind: int, content: bytes) -> None:
    assert refusal(section(), update((OURS, 0, [piece(content, kind=kind)]))) == "content"


def test_a_deep_value_is_refused_before_the_library_reads_it() -> None:
    deep = number(1) + b"\x75\x01" * 30_000 + b"\x7e"
    assert refusal(section(), update((OURS, 0, [piece(deep, kind=8)]))) == "content"


def test_a_parent_is_a_declared_field() -> None:
    there = section()
    text = words("x")
    assert refusal(there, update((OURS, 0, [piece(text, field=None)]))) == "nested"
    assert refusal(there, update((OURS, 0, [piece(text, field=b"x" * 65)]))) == "field"
    assert refusal(there, update((OURS, 0, [piece(text, field="t:g2.text")]))) == "field"
    assert refusal(there, update((OURS, 0, [piece(text, key="a")]))) == "map"


def test_a_field_that_is_not_theirs_is_not_written_from_beside_either() -> None:
    there = section(field=STEP)
    assert refusal(there, update((OURS, 0, [piece(words("x"), left=(THEIRS, 1))]))) == "field"
    assert refusal(there, update((OURS, 0, [piece(words("x"), right=(THEIRS, 1))]))) == "field"
    assert refusal(there, update(deleted=[(THEIRS, [(0, 2)])])) == "field"


def test_a_piece_stands_in_one_field() -> None:
    there = section()
    there.accept(update((OURS, 0, [piece(words("x"), field=STEP)])), {OURS}, {STEP})
    torn = update((OURS, 1, [piece(words("y"), left=(THEIRS, 0), right=(OURS, 0))]))
    assert refusal(there, torn, {GOAL, STEP}) == "two_fields"


def test_nothing_waits_for_what_is_not_there_yet() -> None:
    """A piece beside a keystroke to come would appear with it, as if its writer had written it."""
    there = section()
    assert refusal(there, update((OURS, 0, [piece(words("0"), left=(THEIRS, 4))]))) == (
        "missing_dependency"
    )
    assert refusal(there, update((OURS, 0, [piece(words("0"), left=(OURS, 0))]))) == (
        "missing_dependency"
    )
    assert refusal(there, update((OURS, 3, [piece(words("0"))]))) == "missing_dependency"
    assert refusal(there, update(deleted=[(THEIRS, [(3, 2)])])) == "missing_dependency"
    assert refusal(there, update(deleted=[(OURS, [(0, 1)])])) == "missing_dependency"
    there.accept(update((THEIRS, 4, [piece(words("s"), left=(THEIRS, 3))])), {THEIRS}, {GOAL})
    assert there.text(GOAL) == "walks"


def test_nobody_writes_under_another_persons_id() -> None:
    there = section()
    forged = update((THEIRS, 4, [piece(words("x"), left=(THEIRS, 3))]))
    assert refusal(there, forged) == "foreign_client"
    both = update((OURS, 0, [piece(words("a"))]), (8, 0, [piece(words("b"))]))
    assert refusal(there, both) == "foreign_client"


def test_a_piece_is_known_or_new_and_not_half() -> None:
    there = section()
    sent = update((OURS, 0, [piece(words("ab"))]))
    there.accept(sent, {OURS}, {GOAL})
    assert refusal(there, update((OURS, 0, [piece(words("abc"))]))) == "overlap"


def test_a_client_stands_once() -> None:
    there = section()
    one = (OURS, 0, [piece(words("a"))])
    assert refusal(there, update(one, one)) == "client_twice"
    twice = update(deleted=[(THEIRS, [(0, 1)]), (THEIRS, [(1, 1)])])
    assert refusal(there, twice) == "client_twice"
    assert refusal(there, update(deleted=[(THEIRS, [(1, 1), (0, 1)])])) == "order"
    assert refusal(there, update(deleted=[(THEIRS, [(0, 2), (1, 1)])])) == "order"


@pytest.mark.parametrize(
    "sent",
    [
        update((OURS, 0, [piece(words("x"), left=(THEIRS, 0))])),
        update((OURS, 0, [piece(words("x"), right=(THEIRS, 1))])),
        update(deleted=[(THEIRS, [(0, 1)])]),
        update(deleted=[(THEIRS, [(1, 1)])]),
        # Within the update itself.
        update((OURS, 0, [piece(words("😀")), piece(words("x"), left=(OURS, 0))])),
        update((OURS, 0, [piece(words("a😀"))]), deleted=[(OURS, [(0, 2)])]),
    ],
)
def test_a_character_is_never_cut(sent: bytes) -> None:
    assert refusal(section("😀!"), sent) == "split_pair"


def test_whole_characters_go() -> None:
    there = section("a😀b")
    there.accept(update(deleted=[(THEIRS, [(1, 2)])]), {OURS}, {GOAL})
    assert there.text(GOAL) == "ab"
    assert there.known.sizes == {GOAL: 2}


def test_bytes_that_are_no_text_are_refused() -> None:
    there = section()
    assert refusal(there, update((OURS, 0, [piece(words(b"\xed\xa0\x80"))]))) == "not_utf8"
    assert refusal(there, update((OURS, 0, [piece(words(b"\xff"))]))) == "not_utf8"
    assert refusal(there, update((OURS, 0, [piece(words("a\x00b"))]))) == "control"
    assert refusal(there, update((OURS, 0, [piece(words("\x1b[2J"))]))) == "control"
    assert refusal(there, update((OURS, 0, [piece(words(""))]))) == "empty"
    assert refusal(there, update((OURS, 0, [piece(number(0), kind=1)]))) == "empty"
    assert refusal(there, update(deleted=[(THEIRS, [(0, 0)])])) == "empty"


def test_bytes_too_few_or_too_many_are_refused() -> None:
    there = section()
    sent = update((OURS, 0, [piece(words("ing"), left=(THEIRS, 3))]), deleted=[(THEIRS, [(0, 1)])])
    for size in range(len(sent)):
        assert refusal(there, sent[:size]) == "truncated"
    assert refusal(there, sent + b"\x00") == "trailing"


def test_numbers_have_bounds() -> None:
    there = section()
    assert refusal(there, number(1 << 70)) in {"number", "truncated"}
    assert refusal(there, update((1 << 53, 0, [piece(words("a"))]))) == "number"
    assert refusal(there, update((OURS, 0, [piece(number(1 << 31), kind=1)]))) == "number"
    assert refusal(there, number(1) + number(0) + number(OURS) + number(0)) == "structs"
    assert refusal(there, number(1) + number(5001) + number(OURS) + number(0)) == "structs"
    assert refusal(there, b"\x00" * 65_537) == "too_large"


def test_a_field_has_a_longest_text() -> None:
    there = section("x" * (LONGEST_TEXT - 2))
    assert refusal(there, update((OURS, 0, [piece(words("abc"), left=(THEIRS, 0))]))) == "too_long"
    there.accept(update((OURS, 0, [piece(words("ab"), left=(THEIRS, 0))])), {OURS}, {GOAL})
    # What is deleted makes room.
    there.accept(update(deleted=[(THEIRS, [(10, 5)])]), {OURS}, {GOAL})
    there.accept(update((OURS, 2, [piece(words("abcde"), left=(THEIRS, 0))])), {OURS}, {GOAL})
    assert there.known.sizes[GOAL] == len(there.text(GOAL)) == LONGEST_TEXT


def test_what_helps_is_said() -> None:
    assert Refused("missing_dependency").remedy is Remedy.REOPEN
    assert Refused("content").remedy is Remedy.NONE
