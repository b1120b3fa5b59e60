"""What is rewritten reads as wished for, and the log tells who wrote each letter."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.sync.replay import Replay
from rounds.sync.rewriting import rewrite
from rounds.sync.section import Anything, Section
from tests.making.writers import Writer

FIELD = "t:g1.text"
LETTERS = st.text(alphabet=st.sampled_from("ab é😀\nم"), min_size=1, max_size=5)
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 20), LETTERS), max_size=40
)


class Log:
    """A section with its replay beside it, row by row."""

    def __init__(self) -> None:
        self.section, self.replay, self.seq = Section(), Replay(), 0

    def take(self, update: bytes, writer: str) -> None:
        self.section.accept(update, Anything(), Anything())
        self.seq += 1
        self.replay.take(update, self.seq, writer, self.replay.fields_of(update))


@given(STEPS)
def test_every_letter_has_the_writer_who_wrote_it(steps: list[tuple[int, bool, int, str]]) -> None:
    log, writers = Log(), [Writer(5 + one) for one in range(3)]
    expected: list[tuple[str, str]] = []
    for who, erases, at, letters in steps:
        writer = writers[who]
        if erases:
            writer.erase(FIELD, at, len(letters))
            del expected[at : at + len(letters)]
        else:
            writer.write(FIELD, at, letters)
            expected[at:at] = [(letter, str(who)) for letter in letters]
        sent = writer.send()
        for update in sent:
            log.take(update, str(who))
        for other in writers:
            if other is not writer:
                other.hear(sent)
    field = FIELD.encode()
    runs = log.replay.runs(field)
    assert [(letter, run.writer) for run in runs for letter in run.text] == expected
    assert log.replay.writers_since(field, 0) == [who for _, who in expected]
    assert log.replay.text(field) == log.section.text(field) == "".join(one for one, _ in expected)
    log.replay.close()


@given(st.lists(st.text(alphabet=st.sampled_from("ab é😀\nم "), max_size=30), max_size=8))
def test_a_text_reads_as_it_was_rewritten(texts: list[str]) -> None:
    log, page = Log(), Writer(3)
    for number, text in enumerate(texts):
        for update in rewrite(log.section, 100 + number, FIELD.encode(), text):
            log.take(update, "a")
            page.hear([update])
        assert str(page.text(FIELD)) == log.section.text(FIELD.encode()) == text
        assert rewrite(log.section, 7, FIELD.encode(), text) == []
    log.replay.close()


def test_the_longest_text_has_room_for_another_one() -> None:
    log = Log()
    for letter in "ab":
        wanted = f"{letter} " * 10_000
        for update in rewrite(log.section, ord(letter), FIELD.encode(), wanted):
            log.take(update, letter)
        assert log.section.text(FIELD.encode()) == wanted


def test_what_others_write_meanwhile_stays() -> None:
    log, page = Log(), Writer(3)
    for update in rewrite(log.section, 1, FIELD.encode(), "walk each day"):
        log.take(update, "a")
        page.hear([update])
    page.write(FIELD, 13, " and rest")
    ours = rewrite(log.section, 2, FIELD.encode(), "walk twice a day")
    for update in [*page.send(), *ours]:
        log.take(update, "b")
    text = log.section.text(FIELD.encode())
    assert text.startswith("walk twice a ")
    assert " and rest" in text
