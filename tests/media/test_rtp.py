"""RTP headers are read within the packet's bounds only, and written so that others read them."""

import struct

from aiortc.rtp import RtpPacket, unwrap_rtx
from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu import rtp

NUMBER16, NUMBER32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)


@given(before=st.binary(max_size=40), packet=st.binary(max_size=80), after=st.binary(max_size=40))
def test_any_bytes_are_read_without_leaving_the_packet(
    before: bytes, packet: bytes, after: bytes
) -> None:
    alone = rtp.read(packet, 0, len(packet), 4, 2)
    among = rtp.read(before + packet + after, len(before), len(packet), 4, 2)
    assert (alone is None) == (among is None)
    if alone is not None and among is not None:
        assert alone[:4] == among[:4]
        assert alone[4] == among[4] - len(before)
        assert alone[5:] == among[5:]
        assert 12 <= alone[4] <= alone[4] + alone[5] <= len(packet)
    if packet:
        rtp.read_text(packet, 1)


@given(
    marker=st.booleans(),
    sequence=NUMBER16,
    timestamp=NUMBER32,
    ssrc=NUMBER32,
    elements=st.lists(
        st.tuples(st.integers(1, 14), st.binary(min_size=1, max_size=16)), max_size=6
    ),
    sources=st.lists(NUMBER32, max_size=15),
    padding=st.integers(0, 20),
    payload=st.binary(max_size=60),
)
def test_what_is_written_is_read(
    marker: bool,
    sequence: int,
    timestamp: int,
    ssrc: int,
    elements: list[tuple[int, bytes]],
    sources: list[int],
    padding: int,
    payload: bytes,
) -> None:
    block = b"".join(bytes((name << 4 | len(data) - 1,)) + data for name, data in elements)
    block += bytes(-len(block) % 4)
    first = 0x90 | len(sources) | (0x20 if padding else 0)
    packet = struct.pack("!BBHII", first, marker << 7 | 96, sequence, timestamp, ssrc)
    packet += struct.pack(f"!{len(sources)}I", *sources)
    packet += b"\xbe\xde" + struct.pack("!H", len(block) // 4) + block + payload
    packet += bytes(padding - 1) + bytes((padding,)) if padding else b""
    found = rtp.read(packet, 0, len(packet), 4, 2)
    assert found is not None
    assert found[:4] == (marker << 7 | 96, sequence, timestamp, ssrc)
    assert packet[found[4] : found[4] + found[5]] == payload
    wide = [data for name, data in elements if name == 4 and len(data) == 2]
    assert found[6] == (int.from_bytes(wide[-1], "big") if wide else -1)
    levels = [data[0] for name, data in elements if name == 2]
    assert found[7] == (levels[-1] if levels else -1)


@given(sequence=NUMBER16, timestamp=NUMBER32, ssrc=NUMBER32, level=st.integers(-1, 255))
def test_outgoing_headers_are_well_formed_for_another_reader(
    sequence: int, timestamp: int, ssrc: int, level: int
) -> None:
    packet = bytearray(rtp.HEADER_SIZE) + b"payload"
    rtp.write_audio(packet, 0x80, sequence, timestamp, level, b"\1\2\3")
    rtp.patch(packet, 2, sequence, timestamp, ssrc)
    read = RtpPacket.parse(bytes(packet))
    assert (read.marker, read.payload_type) == (1, rtp.OPUS)
    assert (read.sequence_number, read.timestamp, read.ssrc) == (sequence, timestamp, ssrc)
    assert read.payload == b"payload"
    at = rtp.SEND_TIME_AT["audio"]
    assert packet[at : at + 3] == b"\1\2\3"
    assert packet[17] == (level if level >= 0 else 127)


@given(sequence=NUMBER16, number=NUMBER16, ssrc=NUMBER32, data=st.binary(min_size=1, max_size=50))
def test_a_repeat_is_unwrapped_to_the_original_by_another_reader(
    sequence: int, number: int, ssrc: int, data: bytes
) -> None:
    packet = bytearray(rtp.HEADER_SIZE) + data
    rtp.write_video(packet, 0x80 | 96, sequence, 77, b"\0\0\0")
    again = rtp.retransmission(bytes(packet), number, ssrc, sequence, "video", b"\7\7\7")
    read = RtpPacket.parse(bytes(again))
    assert (read.sequence_number, read.ssrc, read.payload_type) == (number, ssrc, 97)
    original = unwrap_rtx(read, payload_type=96, ssrc=1)
    assert (original.sequence_number, original.payload) == (sequence, data)
    at = rtp.SEND_TIME_AT["video"]
    assert again[at : at + 3] == b"\7\7\7"


def test_words_of_an_extension_are_found() -> None:
    packet = struct.pack("!BBHII", 0x90, 96, 1, 2, 3) + b"\xbe\xde\x00\x01" + b"\x11ab\x00"
    assert rtp.read_text(packet, 1) == "ab"
    assert rtp.read_text(packet, 2) == ""
    assert rtp.read_text(packet[:12], 1) == ""
