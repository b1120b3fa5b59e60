"""The sealed file gives back what was written, to the owner of the key, or nothing at all."""

import hashlib
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.backup import sealing
from rounds.backup.sealing import CHECKSUM, HEAD, LENGTH, PIECE, SealedWriter, check_whole, opened
from rounds.kernel.errors import Invalid

KEY, OTHER = bytes(range(32)), bytes(32)


def sealed(*parts: bytes, key: bytes = KEY) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, key)
    for part in parts:
        writer.write(part)
    writer.finish()
    return file.getvalue()


def read(data: bytes, key: bytes = KEY) -> bytes:
    check_whole(io.BytesIO(data))
    return b"".join(opened(io.BytesIO(data), key))


def pieces(data: bytes) -> list[bytes]:
    """The sealed pieces, each with its length before it."""
    found, at = [], HEAD
    while length := int.from_bytes(data[at : at + LENGTH], "big"):
        found.append(data[at : at + LENGTH + length])
        at += LENGTH + length
    return found


def put_together(head: bytes, parts: list[bytes]) -> bytes:
    """A file of these pieces with a checksum that fits."""
    return summed(head + b"".join(parts) + bytes(LENGTH))


def summed(body: bytes) -> bytes:
    """The same with the checksum that fits it."""
    return body + hashlib.sha256(body).digest()


@given(st.lists(st.binary(max_size=5000), max_size=6))
@settings(max_examples=50)
def test_what_was_written_is_read(parts: list[bytes]) -> None:
    assert read(sealed(*parts)) == b"".join(parts)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7])
def test_sizes_around_a_piece(size: int) -> None:
    plain = bytes(one % 251 for one in range(1000)) * (size // 1000 + 1)
    assert read(sealed(plain[:size])) == plain[:size]


WHOLE = sealed(b"rows of a clinic " * 400)


@given(st.integers(0, len(WHOLE) * 8 - 1))
@settings(max_examples=200)
def test_no_bit_can_be_flipped(bit: int) -> None:
    data = bytearray(WHOLE)
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Invalid):
        read(bytes(data))
    # Also for somebody who makes the checksum fit again, unless the bit was the checksum's own.
    body = bytes(data[:-CHECKSUM])
    if body != WHOLE[:-CHECKSUM]:
        with pytest.raises(Invalid):
            read(summed(body))


@given(st.integers(0, len(WHOLE) - 1))
def test_no_end_can_be_cut_off(size: int) -> None:
    with pytest.raises(Invalid):
        read(WHOLE[:size])
    if size < len(WHOLE) - CHECKSUM:
        with pytest.raises(Invalid):
            b"".join(opened(io.BytesIO(WHOLE[:size]), KEY))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Invalid, match="not the key"):
        read(WHOLE, OTHER)


def test_pieces_can_be_neither_exchanged_nor_left_out() -> None:
    data = sealed(bytes(PIECE) + b"1" * PIECE + b"2" * 10)
    head, (one, two, three) = data[:HEAD], pieces(data)
    assert read(put_together(head, [one, two, three])) == read(data)
    for parts in ([two, one, three], [one, three], [one, two], [one, one, two, three], []):
        with pytest.raises(Invalid):
            read(put_together(head, parts))


def test_a_piece_of_another_file_of_the_same_key_does_not_fit() -> None:
    first, second = sealed(b"first"), sealed(b"second")
    with pytest.raises(Invalid):
        read(put_together(first[:HEAD], pieces(second)))


def test_a_bomb_stays_a_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the key can seal anything; the reader still takes no more than a piece."""
    bomb = zlib.compress(bytes(64 * PIECE), 9)
    assert len(bomb) < sealing.LARGEST_PIECE
    monkeypatch.setattr(zlib, "compress", lambda *_: bomb)
    data = sealed(b"small")
    monkeypatch.undo()
    with pytest.raises(Invalid):
        read(data)


@given(st.binary(max_size=400))
def test_other_files_are_no_backups(data: bytes) -> None:
    for one in (data, sealing.MAGIC + data):
        with pytest.raises(Invalid):
            read(one)
