"""Totals of the engine become what happened between two looks, whatever began meanwhile."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rounds.rooms.figures import SeatFigures, Span, between, read_figures


def participant(seat: str, *sources: tuple[str, int, int]) -> dict[str, Any]:
    told = [{"kind": kind, "expected": due, "received": came} for kind, due, came in sources]
    return {
        "room": "r", "seat": seat, "connected": True, "quiet": 0.5, "flowing": True,
        "sources": told,
    }  # fmt: skip


def stream(to: str, sent: int, lost: float, round_trip: float | None) -> dict[str, Any]:
    return {
        "room": "r", "from": "b", "to": to, "kind": "audio", "sent": sent, "own_lost": lost,
        "round_trip": round_trip,
    }  # fmt: skip


def test_the_streams_of_a_seat_are_put_together() -> None:
    told = {
        "participants": [
            participant("a", ("audio", 100, 99), ("video", 50, 50), ("video", 9, 4)),
            participant("b"),
        ],
        "streams": [stream("a", 200, 0.25, 0.08), stream("a", 200, 0.25, 0.05)],
    }
    found = read_figures(told)
    assert set(found) == {("r", "a"), ("r", "b")}
    assert found["r", "a"].up == {"audio": (100, 99), "video": (59, 54)}
    assert found["r", "a"].round_trip == 0.05
    assert found["r", "b"].round_trip is None


def test_losses_are_those_of_the_time_between() -> None:
    before = SeatFigures(up={"audio": (100, 90)}, down={("b", "audio"): (100, 0.5)})
    now = SeatFigures(up={"audio": (200, 180)}, down={("b", "audio"): (150, 0.1)}, round_trip=0.04)
    assert between(before, now) == Span(100, 10, 50, 5, 0.04)
    assert between(None, now) == Span(round_trip=0.04)


def test_what_began_anew_counts_from_the_next_look() -> None:
    before = SeatFigures(up={"audio": (5000, 5000)}, down={("b", "audio"): (900, 0.0)})
    now = SeatFigures(
        up={"audio": (30, 10), "video": (80, 40)},
        down={("b", "audio"): (20, 1.0), ("c", "audio"): (500, 1.0)},
    )
    assert between(before, now) == Span()


totals = st.dictionaries(
    st.sampled_from(["audio", "video", "screen"]),
    st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
)


@given(totals, totals)
def test_no_share_is_outside_of_its_bounds(earlier: Any, later: Any) -> None:
    span = between(SeatFigures(up=earlier), SeatFigures(up=later))
    assert 0 <= span.up_loss <= 1
    assert 0 <= span.up_lost <= span.up_packets
