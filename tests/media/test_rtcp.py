"""RTCP is read within bounds, and written so that another implementation reads the same."""

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
