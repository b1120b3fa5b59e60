"""VP8 descriptors: read as another reader does, renumbered within their width, never outside."""

from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu import vp8

DESCRIPTORS = st.builds(
    VpxPayloadDescriptor,
    partition_start=st.integers(0, 1),
    partition_id=st.integers(0, 7),
    picture_id=st.one_of(st.none(), st.integers(0, 0x7FFF)),
    tl0picidx=st.one_of(st.none(), st.integers(0, 255)),
    tid=st.one_of(st.none(), st.tuples(st.integers(0, 3), st.integers(0, 1))),
    keyidx=st.one_of(st.none(), st.integers(0, 31)),
)


@given(told=DESCRIPTORS, data=st.binary(min_size=1, max_size=20), before=st.binary(max_size=9))
def test_reads_what_another_writer_wrote(
    told: VpxPayloadDescriptor, data: bytes, before: bytes
) -> None:
    head = bytes(told)
    buffer = before + head + data
    read = vp8.read(buffer, len(before), len(head) + len(data))
    assert read is not None
    assert read[4] == len(head)
    assert vp8.picture_of(buffer, len(before), read) == (
        -1 if told.picture_id is None else told.picture_id
    )
    assert vp8.base_of(buffer, len(before), read) == (
        -1 if told.tl0picidx is None else told.tl0picidx
    )
    begins = told.partition_start == 1 and told.partition_id == 0
    assert read[0] == (begins and not data[0] & 1)


@given(told=DESCRIPTORS, picture=st.integers(0, 0x7FFF), base=st.integers(0, 255))
def test_renumbering_changes_the_two_numbers_and_nothing_else(
    told: VpxPayloadDescriptor, picture: int, base: int
) -> None:
    buffer = bytearray(bytes(told) + b"\x01data")
    read = vp8.read(buffer, 0, len(buffer))
    assert read is not None
    vp8.renumber(buffer, 0, read, picture, base)
    again, rest = VpxPayloadDescriptor.parse(bytes(buffer))
    assert rest == b"\x01data"
    if told.picture_id is not None:
        assert again.picture_id == (told.picture_id + picture) & ((1 << read[2]) - 1)
    if told.tl0picidx is not None:
        assert again.tl0picidx == (told.tl0picidx + base) & 0xFF
    assert (again.tid, again.keyidx) == (told.tid, told.keyidx)


@given(data=st.binary(max_size=30), cut=st.integers(0, 30))
def test_anything_is_read_within_its_length_or_refused(data: bytes, cut: int) -> None:
    length = min(cut, len(data))
    read = vp8.read(data[:length], 0, length)
    if read is not None:
        assert read[4] < length
        vp8.height_of(data[:length], 0, length, read)
        vp8.renumber(bytearray(data[:length]), 0, read, 1, 1)
