"""Sizes in parameter sets of H.264: read as written, and never past an end or a limit."""

import time

from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu.sequence_parameters import LONGEST, shorter_side


class Writer:
    """Writes bits as ITU-T H.264 §7.3.2.1.1 and §9.1 say."""

    def __init__(self) -> None:
        """Begin empty."""
        self.bits = ""

    def fixed(self, value: int, count: int) -> "Writer":
        """Write a number of so many bits."""
        self.bits += f"{value:0{count}b}" if count else ""
        return self

    def number(self, value: int) -> "Writer":
        """Write a number by Exp-Golomb."""
        code = f"{value + 1:b}"
        self.bits += "0" * (len(code) - 1) + code
        return self

    def finish(self) -> bytes:
        """Return the bytes, with what keeps start codes out of them."""
        bits = self.bits + "1"
        bits += "0" * (-len(bits) % 8)
        plain = int(bits, 2).to_bytes(len(bits) // 8, "big")
        out, zeros = bytearray(), 0
        for byte in plain:
            if zeros >= 2 and byte <= 3:
                out.append(3)
                zeros = 0
            out.append(byte)
            zeros = zeros + 1 if byte == 0 else 0
        return bytes(out)


SMALL = st.integers(0, 40)
CROPS = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 3), st.integers(0, 3))


@given(
    profile=st.sampled_from([66, 77, 88]),
    constraints=st.integers(0, 0xFFFF),
    identity=st.integers(0, 31),
    frames=st.integers(0, 12),
    order=st.one_of(
        st.tuples(st.just(0), SMALL),
        st.tuples(st.just(1), st.lists(st.integers(0, 2**20), max_size=12)),
        st.tuples(st.just(2), SMALL),
    ),
    blocks=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    interlaced=st.booleans(),
    crop=st.one_of(st.none(), CROPS),
    after=st.binary(max_size=20),
)
def test_what_is_written_is_read(
    profile: int,
    constraints: int,
    identity: int,
    frames: int,
    order: tuple[int, int | list[int]],
    blocks: tuple[int, int],
    interlaced: bool,
    crop: tuple[int, int, int, int] | None,
    after: bytes,
) -> None:
    write = Writer().fixed(profile, 8).fixed(constraints, 16).number(identity).number(frames)
    write.number(order[0])
    if order[0] == 0:
        write.number(frames)
    elif isinstance(order[1], list):
        write.fixed(1, 1).number(3).number(5).number(len(order[1]))
        for offset in order[1]:
            write.number(offset)
    write.number(1).fixed(0, 1).number(blocks[0] - 1).number(blocks[1] - 1)
    write.fixed(not interlaced, 1)
    if interlaced:
        write.fixed(0, 1)
    write.fixed(1, 1).fixed(crop is not None, 1)
    for side in crop or ():
        write.number(side)
    left, right, top, bottom = crop or (0, 0, 0, 0)
    fields = 2 if interlaced else 1
    width = 16 * blocks[0] - 2 * (left + right)
    tall = fields * (16 * blocks[1] - 2 * (top + bottom))
    written = write.finish()
    assert shorter_side(written + after) == max(0, min(width, tall))
    for end in range(len(written) - 1):
        assert shorter_side(written[:end]) in (0, max(0, min(width, tall)))


@given(st.binary(max_size=2 * LONGEST))
def test_anything_gives_a_size_or_none(data: bytes) -> None:
    for profile in (b"", b"\x42\xe0\x1f", b"\x58\xc0\x1f\x80"):
        assert 0 <= shorter_side(profile + data) <= 16 * 1024


def test_impossible_sizes_are_none() -> None:
    def sized(across: int, down: int, *crop: int) -> bytes:
        write = Writer().fixed(66, 8).fixed(0xE01F, 16).number(0).number(0).number(2).number(1)
        write.fixed(0, 1).number(across - 1).number(down - 1).fixed(1, 1).fixed(1, 1)
        write.fixed(bool(crop), 1)
        for side in crop:
            write.number(side)
        return write.finish()

    assert shorter_side(sized(20, 12, 0, 0, 0, 6)) == 180
    assert shorter_side(sized(2**20, 12)) == 0
    assert shorter_side(sized(20, 2**31)) == 0
    assert shorter_side(sized(20, 12, 0, 0, 0, 2**30)) == 0
    high = b"\x64" + sized(20, 12)[1:]
    assert shorter_side(high) == 0


def test_the_longest_and_most_repetitive_set_costs_little() -> None:
    loops = Writer().fixed(66, 8).fixed(0xE01F, 16).number(0).number(0)
    loops.number(1).fixed(1, 1).number(0).number(0).number(255)
    for data in (loops.finish() + b"\xff" * 60_000, b"\x42\xe0\x1f" + b"\0\0\3" * 20_000):
        began = time.perf_counter()
        shorter_side(data)
        assert time.perf_counter() - began < 0.1
