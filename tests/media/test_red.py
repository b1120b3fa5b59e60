"""Redundant audio is taken apart within the payload's bounds only, block by block."""

import struct

from hypothesis import example, given
from hypothesis import strategies as st

from rounds.media.sfu.red import MOST_REPEATED, own_block, repeated_blocks
from rounds.media.sfu.rtp import OPUS

BLOCKS = st.lists(
    st.tuples(st.integers(0, 0x3FFF), st.binary(max_size=1023)), max_size=MOST_REPEATED
)


def written(repeated: list[tuple[int, bytes]], own: bytes, kind: int = OPUS) -> bytes:
    """Write a payload as RFC 2198 §3 shows it; the first repeated block is the oldest."""
    heads = b"".join(
        struct.pack("!I", 1 << 31 | kind << 24 | earlier << 10 | len(block))
        for earlier, block in repeated
    )
    return heads + bytes((kind,)) + b"".join(block for _, block in repeated) + own


@given(BLOCKS, st.binary(min_size=1, max_size=300), st.binary(max_size=20), st.binary(max_size=20))
def test_each_block_is_found_where_it_stands(
    repeated: list[tuple[int, bytes]], own: bytes, before: bytes, after: bytes
) -> None:
    payload = written(repeated, own)
    among, end = before + payload + after, len(before) + len(payload)
    at = own_block(among, len(before), end)
    assert among[at:end] == own
    found = repeated_blocks(among, len(before), at)
    assert [(earlier, among[at : at + size]) for earlier, at, size in found] == repeated[::-1]


@given(st.binary(max_size=80), st.binary(max_size=40), st.binary(max_size=40))
@example(bytes((0x80 | OPUS, 0, 3, 0xFF, OPUS)), b"", bytes(2000))
@example(bytes((0x80 | OPUS,)) * 3, b"", bytes(9))
def test_any_bytes_are_refused_or_lie_within(payload: bytes, before: bytes, after: bytes) -> None:
    alone = own_block(payload, 0, len(payload))
    among = before + payload + after
    start, end = len(before), len(before) + len(payload)
    at = own_block(among, start, end)
    assert at == (alone if alone < 0 else alone + start)
    if at < 0:
        return
    assert start < at < end
    blocks = repeated_blocks(among, start, at)
    assert all(start < place <= place + size <= at for _, place, size in blocks)


@given(BLOCKS, st.binary(min_size=1, max_size=60), st.data())
def test_damaged_payloads_are_refused_or_lie_within(
    repeated: list[tuple[int, bytes]], own: bytes, data: st.DataObject
) -> None:
    payload = bytearray(written(repeated, own))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(len(payload) - 1, 40)))
        payload[place] ^= 1 << data.draw(st.integers(0, 7))
    del payload[data.draw(st.integers(1, len(payload))) :]
    at = own_block(payload, 0, len(payload))
    if at >= 0:
        assert at < len(payload)
        blocks = repeated_blocks(payload, 0, at)
        assert all(0 < place <= place + size <= at for _, place, size in blocks)


@given(BLOCKS, st.binary(min_size=1, max_size=60), st.integers(0, 127))
def test_other_codecs_inside_are_refused(
    repeated: list[tuple[int, bytes]], own: bytes, kind: int
) -> None:
    payload = written(repeated, own, kind)
    assert (own_block(payload, 0, len(payload)) >= 0) == (kind == OPUS)


def test_an_empty_own_block_and_endless_headers_are_refused() -> None:
    empty = written([(960, b"before")], b"")
    assert own_block(empty, 0, len(empty)) < 0
    many = written([(960, b"")] * (MOST_REPEATED + 1), b"own")
    assert own_block(many, 0, len(many)) < 0
