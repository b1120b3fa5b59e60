"""Outgoing numbers never jump and always lead back, whatever is lost, late, paused or resumed."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu.packet_map import SPANS, PacketMap

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("packet"), st.integers(1, 5)),  # how far the newest number moves
        st.tuples(st.just("late"), st.integers(1, 40)),  # how far behind the newest
        st.tuples(st.just("resume"), st.just(0)),
        st.tuples(st.just("pause"), st.just(0)),
    ),
    max_size=120,
)


@given(start=st.integers(0, 0x7FFF), first=st.integers(0x10000, 0x1FFFF), steps=STEPS)
def test_numbers_over_any_history(start: int, first: int, steps: list[tuple[str, int]]) -> None:
    numbers, newest = PacketMap(start), first
    arrived_open: dict[int, int] = {}
    closed: set[int] = set()
    openings = 0
    highest = start - 1
    for step, amount in steps:
        if step == "resume":
            openings += not numbers.open
            numbers.resume(newest + 1)
        elif step == "pause":
            numbers.pause(newest)
        elif step == "packet":
            skipped = range(newest + 1, newest + amount)
            newest += amount
            out = numbers.outgoing(newest)
            if numbers.open:
                assert out is not None
                assert highest < out <= highest + amount  # at most the gap the sender made
                highest = out
                arrived_open[newest] = out
            else:
                assert out is None
                closed |= {newest, *skipped}
        else:
            index = newest - amount
            out = numbers.outgoing(index)
            if index in closed:
                assert out is None
            if index in arrived_open and openings <= SPANS:
                assert out == arrived_open[index]
    if openings <= SPANS:
        for index, out in arrived_open.items():
            assert numbers.incoming(out & 0xFFFF, newest) == index
    assert len(set(arrived_open.values())) == len(arrived_open)


@given(start=st.integers(0, 0x7FFF), count=st.integers(1, 70_000))
def test_low_sixteen_bits_wrap_without_ambiguity(start: int, count: int) -> None:
    numbers = PacketMap(start)
    numbers.resume(0x10000)
    newest = 0x10000 + count
    out = numbers.outgoing(newest)
    assert out == start + count
    assert numbers.incoming(out & 0xFFFF, newest) == newest


def test_closed_map_has_no_numbers() -> None:
    numbers = PacketMap(7)
    assert numbers.outgoing(0x10000) is None
    assert numbers.incoming(7, 0x10000) is None
    numbers.pause(0x10000)
    assert not numbers.open
