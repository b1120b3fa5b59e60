"""Outgoing numbers never jump and always lead back, over losses, pauses and changes of layer."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu.packet_map import SPANS, STRAIGHT, Bend, PacketMap


class Counted:
    """A layer, reduced to how far it has come."""

    def __init__(self, newest: int) -> None:
        """Have seen numbers up to this one."""
        self.newest = newest

    def cached(self, index: int) -> bytes | None:
        """Return a packet that tells its number."""
        return index.to_bytes(8, "big")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("packet"), st.integers(1, 5)),  # how far the newest number moves
        st.tuples(st.just("late"), st.integers(1, 40)),  # how far behind the newest
        st.tuples(st.just("resume"), st.just(0)),
        st.tuples(st.just("pause"), st.just(0)),
        st.tuples(st.just("layer"), st.integers(0, 2)),
    ),
    max_size=120,
)
FIRSTS = st.tuples(*(st.integers(0x10000, 0x1FFFF),) * 3)


@given(start=st.integers(0, 0x7FFF), firsts=FIRSTS, steps=STEPS)
def test_numbers_over_any_history(
    start: int, firsts: tuple[int, ...], steps: list[tuple[str, int]]
) -> None:
    numbers, layers = PacketMap(start), [Counted(first) for first in firsts]
    at, openings, highest = 0, 0, start - 1
    open_then: dict[tuple[int, int], int] = {}
    closed: set[tuple[int, int]] = set()
    for step, amount in steps:
        layer = layers[at]
        if step == "resume":
            openings += not numbers.open
            numbers.resume(layer, layer.newest + 1)
        elif step == "pause":
            numbers.pause()
        elif step == "layer":
            if amount == at:
                continue
            numbers.pause()
            at = amount
            openings += 1
            numbers.resume(layers[at], layers[at].newest + 1, Bend(at, at, at))
        elif step == "packet":
            skipped = range(layer.newest + 1, layer.newest + amount)
            layer.newest += amount
            goes = numbers.outgoing(layer, layer.newest)
            if numbers.open:
                assert goes is not None
                assert highest < goes[0] <= highest + amount  # at most the gap the sender made
                highest = goes[0]
                open_then[at, layer.newest] = goes[0]
            else:
                assert goes is None
                closed |= {(at, layer.newest), *((at, index) for index in skipped)}
        else:
            index = layer.newest - amount
            goes = numbers.outgoing(layer, index)
            if (at, index) in closed:
                assert goes is None
            if (at, index) in open_then and openings <= SPANS:
                assert goes is not None
                assert goes[0] == open_then[at, index]
    if openings <= SPANS:
        for (which, index), out in open_then.items():
            found = numbers.incoming(out & 0xFFFF)
            assert found is not None
            assert found[:2] == (layers[which], index)
    assert len(set(open_then.values())) == len(open_then)


@given(start=st.integers(0, 0x7FFF), count=st.integers(1, 70_000))
def test_low_sixteen_bits_wrap_without_ambiguity(start: int, count: int) -> None:
    numbers, layer = PacketMap(start), Counted(0xFFFF)
    numbers.resume(layer, 0x10000)
    layer.newest = 0x10000 + count
    assert numbers.outgoing(layer, layer.newest) == (start + count, STRAIGHT)
    assert numbers.incoming((start + count) & 0xFFFF) == (layer, layer.newest, STRAIGHT)


def test_closed_map_has_no_numbers() -> None:
    numbers, layer = PacketMap(7), Counted(0x10000)
    assert numbers.outgoing(layer, 0x10000) is None
    assert numbers.incoming(7) is None
    numbers.pause()
    assert not numbers.open
