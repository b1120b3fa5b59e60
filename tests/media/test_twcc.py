"""Arrival reports say exactly what arrived when, read back by an independent parser."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu.twcc import MOST_LOGGED, ArrivalLog, report


def parse(data: bytes) -> tuple[int, int, dict[int, int]]:
    """Read a report by the letter of the draft: (number, reference µs, {16-bit number: µs})."""
    first, kind, words = struct.unpack_from("!BBH", data)
    assert (first & 31, kind, words) == (15, 205, len(data) // 4 - 1)
    end = len(data) - (data[-1] if first & 0x20 else 0)
    base, count, reference = struct.unpack_from("!HHI", data, 12)
    symbols: list[int] = []
    at = 20
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", data, at)
        at += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    clock, arrivals = (reference >> 8) * 64_000, {}
    for place, symbol in enumerate(symbols[:count]):
        if symbol == 1:
            clock += data[at] * 250
            at += 1
        elif symbol == 2:
            clock += struct.unpack_from("!h", data, at)[0] * 250
            at += 2
        if symbol:
            arrivals[(base + place) & 0xFFFF] = clock
    assert at == end
    return reference & 0xFF, (reference >> 8) * 64_000, arrivals


@given(
    start=st.integers(0, 0xFFFF),
    steps=st.lists(
        st.tuples(st.integers(-3, 40), st.integers(0, 90_000)), min_size=1, max_size=200
    ),
    began=st.integers(0, 10**12),
)
def test_report_tells_what_arrived(start: int, steps: list[tuple[int, int]], began: int) -> None:
    log, number, now = ArrivalLog(), start, began
    expected: dict[int, int] = {}
    for ahead, pause in steps:
        number = (number + ahead) & 0xFFFF
        now += pause
        log.note(number, now)
        expected.setdefault(number, now)
    taken = log.take(now)
    number, _, arrivals = parse(report(1, 2, 300, taken))
    assert number == 300 & 0xFF
    assert arrivals.keys() == expected.keys()
    epoch = 64_000 << 24
    for key, told in arrivals.items():
        assert (expected[key] - told) % epoch < 250
    assert not log.due(now)


def test_log_is_bounded() -> None:
    log = ArrivalLog()
    for number in range(2 * MOST_LOGGED):
        log.note(number & 0xFFFF, number)
    assert len(log.take(0)) == MOST_LOGGED


def test_little_traffic_waits_longer() -> None:
    log = ArrivalLog()
    assert not log.due(10**9)
    log.note(1, 10**9)
    log.take(10**9)
    log.note(2, 10**9)
    assert not log.due(10**9 + 200_000)
    assert log.due(10**9 + 250_000)
    for number in range(3, 20):
        log.note(number, 10**9)
    assert log.due(10**9 + 100_000)


def test_a_report_that_no_datagram_holds_is_not_written() -> None:
    log = ArrivalLog()
    for number in range(3000):
        log.note(number, number * 64_000)  # each delta takes two bytes
    assert log.write(1, 2, 0) == b""
    log.note(3001, 10**9)
    assert parse(log.write(1, 2, 10**9))[0] == 1
