"""H.264 in packets: key frames are found as others pack them, and nothing is read outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu import h264
from tests.media.filmed import film, payloads, units

PLAIN, KEY, NOTES, SEQUENCE, PICTURE, DELIMITER = 1, 5, 6, 7, 8, 9
UNITS = st.tuples(
    st.sampled_from([PLAIN, KEY, NOTES, SEQUENCE, PICTURE, DELIMITER]),
    st.binary(min_size=1, max_size=40),
).map(lambda unit: bytes((0x60 | unit[0],)) + unit[1])
FILM = [payloads(frame) for frame in film(180, 6, (3,))]


def together(parts: list[bytes]) -> bytes:
    """Pack units into one packet (STAP-A)."""
    return b"\x78" + b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def key(payload: bytes) -> bool:
    """Whether a key frame begins with it."""
    told = h264.read(payload, 0, len(payload))
    return told is not None and told[0]


def height(payload: bytes) -> int:
    """The height it tells."""
    told = h264.read(payload, 0, len(payload))
    assert told is not None
    return h264.height_of(payload, 0, len(payload), told)


def test_key_frames_of_a_real_encoder_are_found_and_nothing_else() -> None:
    found = [[key(payload) for payload in frame] for frame in FILM]
    assert [number for number, frame in enumerate(found) if any(frame)] == [0, 3]
    for number in (0, 3):
        assert found[number][0]
        assert not any(found[number][1:])
        assert height(FILM[number][0]) == 180


@pytest.mark.parametrize(
    ("width", "tall", "shorter"), [(320, 180, 180), (360, 640, 360), (130, 98, 98), (64, 64, 64)]
)
def test_height_is_read_with_what_is_cropped(width: int, tall: int, shorter: int) -> None:
    sequence = next(unit for unit in units(film(tall, 1, width=width)[0]) if unit[0] & 31 == 7)
    assert height(sequence) == shorter
    assert height(together([b"\x09\x10", sequence, b"\x68\xce"])) == shorter
    begins = bytes((sequence[0] & 0xE0 | 28, 0x80 | SEQUENCE)) + sequence[1:]
    assert height(begins) == shorter
    assert key(begins)


def test_fragments_begin_a_key_frame_only_where_the_parameters_do() -> None:
    for kind, mark, begins in (
        (SEQUENCE, 0x80, True),
        (SEQUENCE, 0x40, False),
        (SEQUENCE, 0, False),
        (KEY, 0x80, False),  # its parameters came before, and the key frame with them
        (PLAIN, 0x80, False),
    ):
        assert key(bytes((0x7C, mark | kind)) + b"data") is begins


@given(st.lists(UNITS, min_size=1, max_size=12))
def test_units_together_are_a_key_frame_with_parameters_and_no_plain_slice(
    parts: list[bytes],
) -> None:
    kinds = [part[0] & 31 for part in parts]
    assert key(together(parts)) == (SEQUENCE in kinds and PLAIN not in kinds)


@given(part=UNITS, cut=st.integers(1, 60))
def test_units_that_lead_outside_are_refused(part: bytes, cut: int) -> None:
    whole = together([part])
    if cut < len(whole) - 1:
        shortened = whole[:-cut]
        assert h264.read(shortened, 0, len(shortened)) is None or len(shortened) <= 2
    assert h264.read(b"\x78\x00\x00\x00", 0, 4) is None


@given(data=st.binary(max_size=60), before=st.binary(max_size=9), after=st.binary(max_size=40))
def test_anything_is_read_within_its_length(data: bytes, before: bytes, after: bytes) -> None:
    alone = h264.read(data, 0, len(data))
    buffer = bytearray(before + data + after)
    assert h264.read(buffer, len(before), len(data)) == alone
    if alone is None:
        return
    assert 0 <= alone[3] <= len(data)
    for told in (h264.height_of(data, 0, len(data), alone),
                 h264.height_of(buffer, len(before), len(data), alone)):  # fmt: skip
        assert 0 <= told <= 16 * 1024
    h264.renumber(buffer, len(before), alone, 7, 7)
    assert buffer == before + data + after
    assert h264.picture_of(buffer, len(before), alone) == -1
    assert h264.base_of(buffer, len(before), alone) == -1


@given(st.data())
def test_damaged_packets_are_read_or_refused(data: st.DataObject) -> None:
    frame = data.draw(st.sampled_from(FILM))
    packet = bytearray(data.draw(st.sampled_from(frame)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, min(len(packet), 80) - 1))
        packet[at] = data.draw(st.integers(0, 255))
    length = data.draw(st.integers(0, len(packet)))
    told = h264.read(packet[:length], 0, length)
    assert told == h264.read(packet, 0, length)
    if told is not None:
        h264.height_of(packet, 0, length, told)


def test_a_packet_full_of_tiny_units_costs_little() -> None:
    many = together([b"\x09"] * 500 + [b"\x67\x42\xe0\x1f"])
    assert not key(many)
    assert h264.MOST_UNITS <= 16
