"""A row of kind LOCK is read as it was written, and what is none is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.sync.locks import LONGEST_REASON, is_reason, unwritten, written
from rounds.sync.log import Entry, EntryKind, Lock
from rounds.sync.refused import Refused

AT = datetime(2026, 5, 12, 9, tzinfo=UTC)


def read(data: bytes) -> Lock | None:
    return unwritten(Entry("s", 1, EntryKind.LOCK, "a", AT, data))


@given(
    st.text(max_size=LONGEST_REASON).map(str.strip).filter(lambda one: not one or is_reason(one))
)
def test_a_lock_is_read_as_it_was_written(reason: str) -> None:
    lock = Lock("a", AT, reason)
    assert read(written(lock)) == lock


def test_rows_without_a_reason_are_what_they_always_were() -> None:
    assert (written(Lock("a", AT)), written(None)) == (b"locked", b"open")
    assert (read(b"locked"), read(b"open")) == (Lock("a", AT, ""), None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"Locked",
        b"open ",
        b"open why",
        b"locked ",
        b"locked  x",
        b"locked x ",
        b"lockedx",
        b"locked\nx",
        b"locked a\nb",
        b"locked \xff",
        b"locked \xed\xa0\x80",
        b"locked \xe2\x80\xae",
        b"locked " + b"x" * (LONGEST_REASON + 1),
    ],
)
def test_a_damaged_row_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="lock"):
        read(data)
