"""Rows that become one say what they said: the same words, the same hands, the same sentences."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.careplan.coalescing import MOST_ROWS, Coalescing
from rounds.careplan.comparing import changes
from rounds.careplan.content import SectionContent, section_content
from rounds.careplan.history import history
from rounds.careplan.kinds import SHAPES
from rounds.careplan.sentences import sentence
from rounds.sync.commands import Command, Op, unwritten, written
from rounds.sync.items import Items
from rounds.sync.live import Live
from rounds.sync.locks import LOCKED, OPEN
from rounds.sync.log import Entry, EntryKind, Snapshot, Stored
from rounds.sync.refused import Refused
from rounds.sync.replay import Replay
from rounds.sync.section import LONGEST_TEXT, Section
from tests.making.writers import Writer

SHAPE = SHAPES["interventions"]
FIELDS = ["t:i1.text", "t:i1.result", "t:i2.text"]
BEGIN = datetime(2026, 5, 12, 9, tzinfo=UTC)
TABS = {5: "a", 6: "b", 7: "b"}
"""Client ids and whose they are: one person has two tabs."""


class Log:
    """Rows of a section, written in three tabs at times that a test says."""

    def __init__(self) -> None:
        self.rows: list[Entry] = []
        self.now = BEGIN
        self.tabs = {client: Writer(client) for client in TABS}
        for item in ("i1", "i2"):
            self.do(Op.ADD, item, kind="intervention", rank="m")

    def do(self, op: Op, item: str = "i1", **more: Any) -> None:
        command = Command(str(len(self.rows)), op, item, **more)
        self.append("a", EntryKind.COMMAND, written(command))

    def write(self, tab: int, field: str, at: int, letters: str) -> None:
        self.tabs[tab].write(field, at, letters)
        self.send(tab)

    def erase(self, tab: int, field: str, at: int, count: int) -> None:
        self.tabs[tab].erase(field, at, count)
        self.send(tab)

    def send(self, tab: int) -> None:
        for update in self.tabs[tab].send():
            self.append(TABS[tab], EntryKind.TEXT, update)
            for other, page in self.tabs.items():
                if other != tab:
                    page.hear([update])

    def send_at_once(self, tab: int) -> None:
        """As a page does that was without a line for a while."""
        there = Section()
        for row in self.rows:
            if row.kind is EntryKind.TEXT:
                there.replay(row.data)
        self.tabs[tab].send()
        update = self.tabs[tab].doc.get_update(there.vector())
        if update != b"\x00\x00":
            self.append(TABS[tab], EntryKind.TEXT, update)
            for other, page in self.tabs.items():
                if other != tab:
                    page.hear([update])

    def append(self, who: str, kind: EntryKind, data: bytes) -> None:
        self.rows.append(Entry("s", len(self.rows) + 1, kind, who, self.now, data))

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def joined(rows: list[Entry], pages: list[int] | None = None) -> list[Entry]:
    """The log with what was joined in its place, gone through in pages of these sizes."""
    going = Coalescing(SHAPE)
    found: dict[int, Entry] = {}
    sizes = itertools.cycle(pages or [len(rows)])
    at = 0
    while at < len(rows):
        size = next(sizes)
        for one in going.join(rows[at : at + size]):
            found |= dict.fromkeys(range(one.begin, one.seq + 1), one)
        at += size
    return list(dict.fromkeys(found.get(row.seq, row) for row in rows))


def told(rows: list[Entry]) -> object:
    """Everything that is read from a log."""
    found = history(SHAPE, rows)
    names = {"a": "Dr Osei", "b": "Jonas Weber"}
    said = [sentence(one, "What we do", names, str) for one in found.events]
    live = Live("s", SHAPE, Stored("interventions", 1, Snapshot(0, b""), rows, {}))
    texts = {field: live.section.text(field.encode()) for field in FIELDS}
    return found, said, live.seq, live.quarantined, live.lock, live.items.told(), texts


def hands(rows: list[Entry]) -> dict[str, list[tuple[str, str]]]:
    """Who wrote each letter that stands."""
    replay = Replay()
    for row in rows:
        if row.kind is EntryKind.TEXT:
            replay.take(row.data, row.seq, row.writer, replay.fields_of(row.data))
    try:
        return {
            field: [
                (one.writer, letter) for one in replay.runs(field.encode()) for letter in one.text
            ]
            for field in FIELDS
        }
    finally:
        replay.close()


def stood(rows: list[Entry], at: set[int]) -> dict[int, SectionContent]:
    """What the section said after each of these rows."""
    section, items, found = Section(), Items(SHAPE), {}
    for row in rows:
        if row.kind is EntryKind.TEXT:
            section.replay(row.data)
        elif row.kind is EntryKind.COMMAND:
            items.apply(unwritten(row.data), row.seq, row.writer)
        if row.seq in at:
            found[row.seq] = section_content(SHAPE, items, section.text)
    return found


LETTERS = st.text(st.sampled_from("aé 漢😀🏽\n"), min_size=1, max_size=4)
TAB, FIELD = st.sampled_from(list(TABS)), st.sampled_from(FIELDS)
STEP = st.one_of(
    # A run of keystrokes in one place, as people write.
    st.tuples(st.just("type"), TAB, FIELD, st.integers(0, 40), st.integers(1, 12)),
    st.tuples(st.just("write"), TAB, FIELD, st.integers(0, 40), LETTERS),
    st.tuples(st.just("erase"), TAB, FIELD, st.integers(0, 40), st.integers(1, 5)),
    st.tuples(st.just("offline"), TAB, FIELD, st.integers(0, 40), LETTERS),
    st.tuples(st.just("wait"), st.sampled_from([1, 50, 119, 120, 121, 600, 1750, -90])),
    st.tuples(st.just("set"), st.sampled_from(["planned", "done"])),
    st.tuples(st.just("hide"), st.sampled_from(["i1", "i2"])),
    st.tuples(st.just("lock")),
)


def lived(steps: list[tuple[Any, ...]]) -> list[Entry]:
    """A log after these steps."""
    log, hidden = Log(), set[str]()
    for name, *rest in steps:
        match name:
            case "type":
                tab, field, at, count = rest
                for number in range(count):
                    log.write(tab, field, at + number, "ab c"[number % 4])
                    log.wait(3)
            case "write":
                log.write(*rest)
            case "erase":
                log.erase(*rest)
            case "offline":
                tab, field, at, letters = rest
                log.tabs[tab].write(field, at, letters)
                log.tabs[tab].erase(field, at + 2, 3)
                log.send_at_once(tab)
            case "wait":
                log.wait(*rest)
            case "set":
                log.do(Op.SET, values={"status": rest[0]})
            case "hide":
                hidden ^= {rest[0]}
                log.do(Op.ARCHIVE if rest[0] in hidden else Op.RESTORE, rest[0])
            case "lock":
                for data in (LOCKED, OPEN):
                    log.append("a", EntryKind.LOCK, data)
    return log.rows


@settings(max_examples=200)
@given(st.lists(STEP, max_size=30), st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_nothing_that_is_read_from_a_log_reads_differently(
    steps: list[tuple[Any, ...]], pages: list[int]
) -> None:
    rows = lived(steps)
    fewer = joined(rows, pages)
    assert told(fewer) == told(rows)
    assert hands(fewer) == hands(rows)
    moments = {row.seq for row in fewer}
    then, now = stood(rows, moments), stood(fewer, moments)
    assert then == now
    for one, other in itertools.combinations(sorted(moments)[:: len(moments) // 8 + 1], 2):
        before, after = {"interventions": then[one]}, {"interventions": then[other]}
        assert changes(before, after) == changes(
            {"interventions": now[one]}, {"interventions": now[other]}
        )


@settings(max_examples=60)
@given(st.lists(STEP, max_size=20), st.lists(STEP, max_size=10))
def test_what_is_written_later_stands_on_it_as_before(
    steps: list[tuple[Any, ...]], more: list[tuple[Any, ...]]
) -> None:
    """A page that was away all the time brings its words, whatever was joined meanwhile."""
    rows = lived([*steps, *more])
    old = len(lived(steps))
    fewer = [*joined(rows[:old]), *rows[old:]]
    assert told(fewer) == told(rows)
    assert hands(fewer) == hands(rows)


def typed(letters: int, tab: int = 5, pause: float = 1) -> Log:
    log = Log()
    for number in range(letters):
        log.write(tab, FIELDS[0], number, "ab "[number % 3])
        log.wait(pause)
    return log


def spans(rows: list[Entry]) -> list[tuple[int, int]]:
    return [(row.begin, row.seq) for row in rows]


def test_a_go_of_keystrokes_is_one_row_with_both_its_times() -> None:
    log = typed(300)
    fewer = joined(log.rows)
    assert spans(fewer) == [(1, 1), (2, 2), (3, 302)]
    assert (fewer[2].began, fewer[2].at) == (BEGIN, BEGIN + timedelta(seconds=299))
    assert len(fewer[2].data) < 6 * 300


def test_what_was_joined_is_not_joined_again() -> None:
    fewer = joined(typed(300).rows, [100])
    assert spans(fewer) == [(1, 1), (2, 2), (3, 100), (101, 200), (201, 300), (301, 302)]
    assert joined(fewer) == fewer


def test_more_than_so_many_rows_do_not_become_one() -> None:
    fewer = joined(typed(MOST_ROWS + 1).rows)
    assert spans(fewer)[2:] == [(3, MOST_ROWS + 2), (MOST_ROWS + 3, MOST_ROWS + 3)]


@pytest.mark.parametrize("pause", [121, -1])
def test_a_pause_and_a_clock_put_back_stay(pause: float) -> None:
    log = typed(10)
    log.wait(pause - 1)
    log.write(5, FIELDS[0], 0, "x")
    assert spans(joined(log.rows))[2:] == [(3, 12), (13, 13)]


def test_half_an_hour_ends_a_row_where_it_ends_an_event() -> None:
    log = typed(40, pause=60)
    events = [(one.first, one.last) for one in history(SHAPE, log.rows).events if one.op is None]
    assert events == [(3, 33), (34, 42)]
    assert spans(joined(log.rows))[2:] == events


def test_hands_tabs_texts_and_deeds_end_a_row() -> None:
    log = Log()
    steps = [(5, 0), (5, 0), (6, 0), (6, 0), (7, 0), (7, 0), (7, 1), (7, 1)]
    for tab, field in steps:
        log.write(tab, FIELDS[field], 0, "x")
    log.do(Op.SET, values={"status": "done"})
    for _ in range(2):
        log.write(7, FIELDS[1], 0, "x")
    spanned = [(3, 4), (5, 6), (7, 8), (9, 10), (11, 11), (12, 13)]
    assert spans(joined(log.rows))[2:] == spanned


def test_a_full_text_that_is_written_anew_stays_within_its_length() -> None:
    log = Log()
    log.write(5, FIELDS[0], 0, "a" * LONGEST_TEXT)
    for _ in range(5):
        log.erase(5, FIELDS[0], 0, 10)
        log.write(5, FIELDS[0], 0, "b" * 10)
    fewer = joined(log.rows)
    assert told(fewer) == told(log.rows)
    assert len(fewer) < len(log.rows)


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\x01\x05\x00\x08\x01" + b"u\x01" * 99])
@pytest.mark.parametrize("kind", EntryKind)
def test_a_damaged_row_is_refused(kind: EntryKind, data: bytes) -> None:
    log = typed(5)
    log.append("a", kind, data)
    with pytest.raises(Refused):
        Coalescing(SHAPE).join(log.rows)


def test_a_missing_row_is_refused() -> None:
    rows = typed(5).rows
    with pytest.raises(Refused, match="gap"):
        Coalescing(SHAPE).join(rows[:3] + rows[4:])
