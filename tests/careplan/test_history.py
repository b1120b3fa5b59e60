"""A log reads like sentences: what was written together, by whom, and what became of each item."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from rounds.careplan.content import section_content
from rounds.careplan.history import History, first_words, history
from rounds.careplan.kinds import SHAPES
from rounds.careplan.sentences import joined, sentence
from rounds.sync.commands import Command, Op, Value, written
from rounds.sync.items import Items
from rounds.sync.locks import LOCKED, OPEN
from rounds.sync.log import Entry, EntryKind
from tests.making.writers import Writer

SHAPE = SHAPES["interventions"]
TEXT = "t:i1.text"
WALK = "“Walk” in “What we do”."
JONAS = "0192f3a1-0000-7000-8000-000000000001"
NAMES = {JONAS: "Jonas Weber", "a": "Dr Osei", "b": "Jonas Weber"}
BEGIN = datetime(2026, 5, 12, 9, tzinfo=UTC)


class Log:
    """Rows of a section, written by two people at times that a test says."""

    def __init__(self) -> None:
        self.rows: list[Entry] = []
        self.now = BEGIN
        self.pages = {"a": Writer(5), "b": Writer(6)}

    def do(self, who: str, op: Op, item: str = "i1", **values: Value) -> None:
        kind = str(values.pop("kind", "intervention")) if op is Op.ADD else ""
        rank = "m" if op is Op.ADD else ""
        command = Command(str(len(self.rows)), op, item, kind, rank, values)
        self._append(who, EntryKind.COMMAND, written(command))

    def write(self, who: str, at: int, letters: str, field: str = TEXT) -> None:
        self.pages[who].write(field, at, letters)
        self._send(who)

    def erase(self, who: str, at: int, count: int, field: str = TEXT) -> None:
        self.pages[who].erase(field, at, count)
        self._send(who)

    def lock(self, who: str, data: bytes) -> None:
        self._append(who, EntryKind.LOCK, data)

    def wait(self, **by: float) -> None:
        self.now += timedelta(**by)

    def history(self) -> History:
        return history(SHAPE, self.rows)

    def said(self) -> list[str]:
        return [sentence(one, "What we do", NAMES, str) for one in self.history().events]

    def _send(self, who: str) -> None:
        for update in self.pages[who].send():
            self._append(who, EntryKind.TEXT, update)
            for other, page in self.pages.items():
                if other != who:
                    page.hear([update])

    def _append(self, who: str, kind: EntryKind, data: bytes) -> None:
        self.rows.append(Entry("s", len(self.rows) + 1, kind, who, self.now, data))


def test_a_lock_is_told_and_ends_what_was_being_written() -> None:
    log = Log()
    log.do("a", Op.ADD)
    log.write("b", 0, "Walk")
    log.lock("a", LOCKED)
    log.lock("a", OPEN)
    log.write("b", 4, " slowly")
    log.lock("b", b"locked <b>{who}</b> asks why, 50 % of the time")
    assert log.history().whole
    assert log.said()[1:] == [
        "Jonas Weber wrote in “What we do”: “Walk”",
        "Dr Osei locked “What we do”.",
        "Dr Osei opened “What we do” for writing again.",
        "Jonas Weber changed in “What we do”: “Walk” became “Walk slowly”",
        "Jonas Weber locked “What we do”: “<b>{who}</b> asks why, 50 % of the time”",
    ]


def test_keystrokes_of_one_go_are_one_sentence() -> None:
    log = Log()
    log.do("a", Op.ADD)
    for at, letter in enumerate("Walk each day"):
        log.write("a", at, letter)
        log.wait(seconds=1)
    log.wait(minutes=3)
    log.erase("b", 5, 4)
    log.write("b", 5, "twice a")
    assert log.said() == [
        "Dr Osei added an entry to “What we do”.",
        "Dr Osei wrote in “What we do”: “Walk each day”",
        "Jonas Weber changed in “What we do”: “each” became “twice a”",
    ]


def test_two_who_write_at_once_are_named_both_and_each_word_has_its_writer() -> None:
    log = Log()
    log.do("a", Op.ADD)
    for at, letter in enumerate("Walk "):
        log.write("a", at, letter)
    for letter in reversed("Rest "):
        log.write("b", 0, letter)
    event = log.history().events[-1]
    assert event.writers == ("a", "b")
    assert [(one.text, one.writer) for one in event.pieces] in (
        [("Rest Walk ", "a")],
        [("Rest Walk ", "b")],
    )
    assert log.said()[-1] == "Dr Osei and Jonas Weber wrote in “What we do”: “Rest Walk”"


def test_what_came_and_went_again_is_no_event() -> None:
    log = Log()
    log.do("a", Op.ADD)
    log.write("a", 0, "no")
    log.erase("a", 0, 2)
    assert log.said() == ["Dr Osei added an entry to “What we do”."]


def test_values_say_what_they_were() -> None:
    log = Log()
    log.do("a", Op.ADD, status="planned")
    log.write("a", 0, "Walk")
    log.do("b", Op.SET, status="done", due="2026-05-26")
    log.do("b", Op.SET, due=None)
    log.do("a", Op.SET, owner=JONAS)
    log.do("a", Op.ARCHIVE)
    log.do("a", Op.RESTORE)
    assert log.said()[2:] == [
        f"Jonas Weber set “until” to 2026-05-26 and set “state” to done (before: planned): {WALK}",
        "Jonas Weber took away “until” (2026-05-26): “Walk” in “What we do”.",
        "Dr Osei set “who does it” to Jonas Weber: “Walk” in “What we do”.",
        "Dr Osei put away “Walk” from “What we do”.",
        "Dr Osei brought back “Walk” in “What we do”.",
    ]


def test_comments_and_suggestions_read_as_such() -> None:
    log = Log()
    log.do("a", Op.ADD)
    log.write("a", 0, "Walk")
    log.do("b", Op.ADD, "c1", kind="comment", about="i1", body="Why?")
    log.do("a", Op.ADD, "c2", kind="comment", about="i1", body="Because", answers="c1")
    log.do("b", Op.ADD, "c3", kind="comment", about="i1", replacement="Run")
    log.do("a", Op.SET, "c3", status="rejected")
    log.do("a", Op.SET, "c1", status="resolved")
    log.do("b", Op.ARCHIVE, "c3")
    assert log.said()[2:] == [
        "Jonas Weber commented on “What we do”: “Why?”",
        "Dr Osei answered a comment on “What we do”: “Because”",
        "Jonas Weber suggested for “What we do”: “Run”",
        "Dr Osei did not take a suggestion for “What we do”.",
        "Dr Osei settled a comment on “What we do”.",
        "Jonas Weber took back a comment on “What we do”.",
    ]


@pytest.mark.parametrize("data", [b"", b"\x01", b"{", b"\x01\x01\x05\x00\x08\x01" + b"u\x01" * 99])
@pytest.mark.parametrize("kind", EntryKind)
def test_a_damaged_row_ends_the_history_and_says_so(kind: EntryKind, data: bytes) -> None:
    log = Log()
    log.do("a", Op.ADD)
    log.write("a", 0, "Walk")
    log.rows.append(Entry("s", 3, kind, "a", log.now, data))
    found = log.history()
    assert not found.whole
    assert len(found.events) == 2


def test_five_thousand_edits_are_told_in_good_time() -> None:
    log = Log()
    log.do("a", Op.ADD)
    for number in range(5000):
        who = "ab"[number // 50 % 2]
        if number % 7 == 6:
            log.erase(who, number % 40, 2)
        else:
            log.write(who, number % 997, "ab "[number % 3])
        log.wait(seconds=5)
    began = process_time()
    found = log.history()
    # The promise is 2 s on a calm machine; three times as much is a fault on any.
    assert process_time() - began < 6
    assert found.whole
    assert len(found.events) > 10
    assert {who for one in found.events for who in one.writers} == {"a", "b"}


def test_names_and_first_words_are_put_as_people_put_them() -> None:
    assert joined([], str) == ""
    assert joined(["A"], str) == "A"
    assert joined(["A", "B", "C"], str) == "A, B and C"
    assert first_words("one two\nthree", 9) == "one two…"
    assert first_words("x" * 60, 9) == "x" * 9 + "…"


def test_comments_are_no_part_of_what_a_plan_says() -> None:
    items = Items(SHAPE)
    for kind, id in (("intervention", "i1"), ("comment", "c1")):
        items.apply(Command("1", Op.ADD, id, kind, "m"), 1, "a")
    found = section_content(SHAPE, items, lambda _: "cafe\u0301")
    assert [one.id for one in found] == ["i1"]
    assert set(found[0].texts.values()) == {"caf\u00e9"}
