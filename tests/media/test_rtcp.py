"""RTCP is read within bounds, and written so that another implementation reads the same."""

import struct

from aiortc.rtp import (
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSrPacket,
)
from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu import rtcp

NUMBER32 = st.integers(0, 0xFFFFFFFF)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_within_bounds(data: bytes) -> None:
    for _, form, body in rtcp.packets(data):
        rtcp.read_sender_report(body)
        list(rtcp.read_blocks(body, 4, form))
        list(rtcp.read_blocks(body, 24, form))
        assert len(rtcp.read_nack(body)) <= rtcp.MOST_NUMBERS + 16
        rtcp.read_key_frame_requests(form, body)
        rtcp.read_estimate(body)
        rtcp.read_reference_time(body)


@given(st.sets(st.integers(0, 0xFFFF), min_size=1, max_size=100), NUMBER32, NUMBER32)
def test_requested_numbers_survive(numbers: set[int], ssrc: int, media: int) -> None:
    data = rtcp.nack(ssrc, media, numbers)
    ((kind, form, body),) = rtcp.packets(data)
    assert (kind, form) == (rtcp.TRANSPORT_FEEDBACK, rtcp.NACK)
    assert set(rtcp.read_nack(body)) == numbers
    (other,) = RtcpPacket.parse(data)
    assert isinstance(other, RtcpRtpfbPacket)
    assert (other.ssrc, other.media_ssrc, set(other.lost)) == (ssrc, media, numbers)


@given(NUMBER32, st.integers(0, (1 << 64) - 1), NUMBER32, st.integers(0, 1 << 40))
def test_sender_report_with_its_name(ssrc: int, ntp: int, timestamp: int, octets: int) -> None:
    data = rtcp.sender_report(ssrc, ntp, timestamp, 5, octets) + rtcp.description(ssrc, "name")
    report, name = RtcpPacket.parse(data)
    assert isinstance(report, RtcpSrPacket)
    assert (report.ssrc, report.sender_info.ntp_timestamp) == (ssrc, ntp)
    assert report.sender_info.rtp_timestamp == timestamp
    assert report.sender_info.octet_count == octets & 0xFFFFFFFF
    assert isinstance(name, RtcpSdesPacket)
    assert name.chunks[0].items[0][1] == b"name"
    ((_, _, body), _) = rtcp.packets(data)
    assert rtcp.read_sender_report(body) == (ssrc, ntp, timestamp)


@given(st.lists(st.tuples(NUMBER32, st.integers(0, 255), st.integers(-5, 1 << 30)), max_size=40))
def test_receiver_report(blocks: list[tuple[int, int, int]]) -> None:
    written = [rtcp.block(ssrc, part, lost, 9, 7, 8) for ssrc, part, lost in blocks]
    data = rtcp.receiver_report(1, written)
    (other,) = RtcpPacket.parse(data)
    assert isinstance(other, RtcpRrPacket)
    assert len(other.reports) == min(31, len(blocks))
    ((_, count, body),) = rtcp.packets(data)
    read = list(rtcp.read_blocks(body, 4, count))
    assert read == [(ssrc, part, 7, 8) for ssrc, part, _ in blocks[:31]]


def test_key_frame_requests_of_both_forms() -> None:
    (other,) = RtcpPacket.parse(rtcp.picture_loss(1, 2))
    assert isinstance(other, RtcpPsfbPacket)
    ((_, form, body),) = rtcp.packets(rtcp.picture_loss(1, 2))
    assert rtcp.read_key_frame_requests(form, body) == [2]
    full = (1).to_bytes(4, "big") + bytes(4) + (9).to_bytes(4, "big") + bytes(4)
    assert rtcp.read_key_frame_requests(rtcp.FIR, full) == [9]


# A Chromium that only receives, as it asked for its round trip: SSRC 1, then one block.
ASKED = bytes.fromhex("80cf0004 00000001 04000002 eeb2c657caa3df6d")


def test_a_receivers_reference_time_is_found_among_other_blocks() -> None:
    ((kind, _, body),) = rtcp.packets(ASKED)
    assert kind == rtcp.EXTENDED_REPORT
    assert rtcp.read_reference_time(body) == (1, 0xC657CAA3)
    other = bytes.fromhex("07000001 00000000")
    assert rtcp.read_reference_time(body[:4] + other + body[4:]) == (1, 0xC657CAA3)
    assert rtcp.read_reference_time(body[:-1]) is None
    assert rtcp.read_reference_time(body[:4] + other) is None


@given(NUMBER32, NUMBER32, NUMBER32)
def test_the_answer_to_it_is_written_as_rfc_3611_shows_it(
    ssrc: int, receiver: int, last: int
) -> None:
    ((kind, _, body),) = rtcp.packets(rtcp.delay_since(ssrc, receiver, last))
    assert kind == rtcp.EXTENDED_REPORT
    expected = struct.pack("!IBBHIII", ssrc, 5, 0, 3, receiver, last, 0)
    assert body == expected
