"""Sums of connections: no report adds more than its time can hold, and none is lost."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rounds.rooms.figures import Span
from rounds.rooms.quality import GOOD, LOST, Cause, Quality, Verdict
from rounds.rooms.records_model import ADDED
from rounds.rooms.reporting import LONGEST, MOST_STREAMS, Heard, Report, since
from rounds.rooms.tally import EDGES, Delays, Tally

milliseconds = st.integers(0, LONGEST)
reports = st.builds(
    Report,
    freezes=st.integers(0, 1_000_000),
    frozen=milliseconds,
    watched=milliseconds,
    heard=milliseconds,
    concealed=milliseconds,
)


@given(st.none() | reports, reports, st.floats(0, 3600))
def test_a_report_adds_no_more_than_its_time_can_hold(
    before: Report | None, now: Report, seconds: float
) -> None:
    heard = since(before, now, seconds)
    most = seconds * 1000 * MOST_STREAMS
    assert 0 <= heard.concealed <= heard.heard <= most
    assert 0 <= heard.frozen <= heard.watched <= most
    assert 0 <= heard.freezes <= max(1, seconds * 5) * MOST_STREAMS
    assert 0 <= heard.concealment <= 1
    assert 0 <= heard.stillness <= 1


def test_a_report_counts_from_the_one_before() -> None:
    first = Report(freezes=2, heard=9000, concealed=100, watched=9000, frozen=300)
    second = Report(freezes=3, heard=19_000, concealed=400, watched=18_000, frozen=300)
    assert since(first, second, 10) == Heard(1, 0, 9000, 10_000, 300)
    assert since(None, first, 10) == Heard(2, 300, 9000, 9000, 100)


@pytest.mark.parametrize(
    "told",
    [
        {"freezes": -1},
        {"freezes": 10**9},
        {"heard": 1.5},
        {"heard": "lots"},
        {"frozen": float("inf")},
        {"path": "192.0.2.1"},
        {"protocol": "udp 192.0.2.1"},
        {"codecs": ["opus"] * 7},
        {"codecs": ["<script>"]},
        {"codecs": "opus"},
        {"address": "192.0.2.1"},
        {"frames_per_second": 241},
        {"height": None},
    ],
)
def test_a_report_holds_numbers_and_known_words_only(told: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Report.model_validate(told)


def test_time_is_counted_by_how_the_connection_is_shown() -> None:
    tally = Tally()
    tally.look(Span(100, 3, 50, 1, 0.042), GOOD, 2.0)
    tally.look(Span(100, 30), Verdict(Quality.WEAK, Cause.SENDING), 2.0)
    tally.look(Span(), LOST, 2.0)
    tally.miss(1.5)
    assert (tally.present_ms, tally.weak_ms, tally.lost_ms) == (7500, 2000, 3500)
    assert (tally.up_packets, tally.up_lost, tally.down_lost) == (200, 33, 1)
    assert sum(tally.delays.counts) == 1


tallies = st.builds(
    Tally,
    present_ms=st.integers(0, 10**6),
    reconnections=st.integers(0, 9),
    heard_ms=st.integers(0, 10**6),
    left=st.booleans(),
    resumed=st.booleans(),
)


@given(tallies, tallies)
def test_what_could_not_be_written_is_not_forgotten(older: Tally, newer: Tally) -> None:
    sums = {name: getattr(older, name) + getattr(newer, name) for name in ADDED}
    newer.give_back(older)
    assert {name: getattr(newer, name) for name in ADDED} == sums
    assert newer.left >= older.left
    assert set(ADDED) <= set(asdict(newer))


@given(st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_quantiles_of_delays_are_those_of_the_values_to_their_class(seconds: list[float]) -> None:
    delays = Delays()
    for one in seconds:
        delays.note(one)
    ranked = sorted(seconds)
    for share in (0.5, 0.95):
        value = ranked[max(0, -(-len(ranked) * round(share * 100) // 100) - 1)] * 1000
        upper = next((edge for edge in EDGES if value < edge), EDGES[-1])
        lower = max((edge for edge in (0, *EDGES) if edge <= value), default=0)
        told = delays.quantile(share)
        assert told is not None
        assert min(lower, EDGES[-1]) <= told <= upper


def test_delays_survive_being_written_and_nothing_else_is_read() -> None:
    delays = Delays()
    delays.note(0.012)
    delays.note(9.0)
    assert Delays.read(delays.write()) == delays
    assert len(Delays([10**9] * (len(EDGES) + 1)).write()) <= 120
    for text in ("", "1,2", "x" * 40, ",".join(["-1"] * (len(EDGES) + 1))):
        assert Delays.read(text).quantile(0.5) is None
