"""Whatever several people write at once, all read the same, and the server knows it exactly."""

from json import dumps, loads

from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.sync.known import Known
from rounds.sync.scan import scan
from rounds.sync.section import Section
from tests.making.writers import Writer

FIELDS = ["t:g1.text", "t:g1.step", "t:g2.text"]
NAMES = {name.encode() for name in FIELDS}
LETTERS = st.text(st.sampled_from("aé 漢😀🏽\n"), min_size=1, max_size=4)
DEED = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(FIELDS), st.integers(0, 12), LETTERS),
    st.tuples(st.just("erase"), st.sampled_from(FIELDS), st.integers(0, 12), st.integers(1, 4)),
    st.just(("meet",)),
)
STEPS = st.lists(st.tuples(st.integers(0, 2), DEED), max_size=60)


def meet(writer: Writer, there: Section) -> None:
    """Send what was not sent, then ask for what others wrote."""
    for update in writer.send():
        there.accept(update, {writer.client}, NAMES)
    writer.hear([there.since(writer.doc.get_state())])


def facts(known: Known) -> object:
    """Return what is known in a form that can be compared."""
    return (
        known.clocks,
        {field: size for field, size in known.sizes.items() if size},
        # What is deleted has no letters any more once it was stored.
        {(one, clock) for one, clock in known.low if known.standing(one, clock, clock + 1)},
        {client: list(ranges) for client, ranges in known.deleted.items()},
        {client: (runs.starts, runs.fields) for client, runs in known.runs.items()},
    )


@settings(max_examples=250, deadline=None)
@given(STEPS)
def test_all_end_equal(steps: list[tuple[int, tuple[str, ...]]]) -> None:
    there = Section()
    writers = [Writer(client) for client in (5, 1 << 40, 9)]
    for who, (deed, *rest) in steps:
        if deed == "meet":
            meet(writers[who], there)
        else:
            getattr(writers[who], deed)(*rest)
    for _ in range(2):
        for writer in writers:
            meet(writer, there)
    for name in FIELDS:
        text = there.text(name.encode())
        assert {str(writer.text(name)) for writer in writers} == {text}
        assert there.known.sizes.get(name.encode(), 0) == len(text.encode("utf-16-le")) // 2
    # Whoever loads the state knows what whoever took it in knows.
    assert facts(scan(there.state())) == facts(there.known)
    assert facts(Known.read(loads(dumps(there.known.told())))) == facts(there.known)
    again = Section(there.state())
    assert [again.text(name) for name in sorted(NAMES)] == [
        there.text(name) for name in sorted(NAMES)
    ]


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_after_a_break_everything_is_sent_again_and_stands_once(
    steps: list[tuple[int, tuple[str, ...]]],
) -> None:
    there = Section()
    writers = [Writer(client) for client in (5, 6, 9)]
    for who, (deed, *rest) in steps:
        if deed == "meet":
            meet(writers[who], there)
        else:
            getattr(writers[who], deed)(*rest)
    for writer in writers:
        # A browser that comes back sends the difference to the server's state, all at once.
        writer.send()
        difference = writer.doc.get_update(there.vector())
        there.accept(difference, {writer.client}, NAMES)
        state = there.state()
        there.accept(writer.doc.get_update(b"\x00"), {writer.client}, set())
        assert there.state() == state
