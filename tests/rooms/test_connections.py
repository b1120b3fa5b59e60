"""Who reconnected, who left, who is missed: what is known of connections while the server runs."""

from typing import Any

from rounds.rooms.connections import MISSED_AT_MOST, REMEMBERED, REPORT_HOLDS, Connections
from rounds.rooms.quality import GOOD, LOST, Cause, Quality, Verdict
from rounds.rooms.reporting import Heard, Report
from rounds.rooms.tally import Tally

KEY = ("r", "a")
SENDING = Verdict(Quality.WEAK, Cause.SENDING)


def told(expected: int, received: int, quiet: float = 0.0) -> dict[str, Any]:
    """Statistics with one seat that sends sound."""
    source = {"kind": "audio", "expected": expected, "received": received}
    one = {
        "room": "r", "seat": "a", "connected": True, "quiet": quiet, "flowing": True,
        "sources": [source],
    }  # fmt: skip
    return {"participants": [one], "streams": []}


GONE: dict[str, Any] = {"participants": [], "streams": []}


def arrived() -> Connections:
    connections = Connections()
    connections.arrived(*KEY, "Firefox, Linux")
    return connections


def weak() -> Connections:
    """A seat that loses a fifth of what it sends, for three looks."""
    connections = arrived()
    for look in range(4):
        connections.look(told(100 * look, 80 * look), 2, 2 * look)
    return connections


def test_a_weak_connection_is_told_once_to_its_room() -> None:
    connections = arrived()
    rooms = [connections.look(told(100 * n, 80 * n), 2, 2 * n) for n in range(6)]
    assert rooms == [set(), set(), {"r"}, set(), set(), set()]
    assert connections.verdict(*KEY) == SENDING
    assert connections.verdict("r", "somebody else") == GOOD
    assert len(connections.spans) == 1


def test_who_is_silent_is_lost_and_counts_as_that() -> None:
    connections = arrived()
    connections.look(told(0, 0), 2, 0)
    assert connections.look(told(100, 100, quiet=5), 2, 2) == {"r"}
    assert connections.verdict(*KEY) == LOST
    assert connections.take()[KEY].lost_ms == 2000
    assert not connections.spans


def test_a_connection_that_is_gone_is_missed_for_a_while() -> None:
    connections = weak()
    assert connections.look(GONE, 2, 8) == {"r"}, "the tile says by itself that nobody is there"
    for look in range(60):
        connections.look(GONE, 2, 10 + 2 * look)
    assert connections.take()[KEY].lost_ms == MISSED_AT_MOST * 1000
    for _ in range(int(REMEMBERED / 2)):
        connections.look(GONE, 2, 0)
    connections.take()
    connections.arrived(*KEY, "")
    assert connections.take()[KEY].resumed, "forgotten meanwhile: the record knows more"


def test_a_connection_that_is_being_made_is_not_missed() -> None:
    connections = arrived()
    connections.look(GONE, 2, 0)
    assert connections.take().get(KEY, Tally()).present_ms == 0
    connections.look(told(0, 0), 2, 2)
    connections.look(GONE, 2, 4)
    connections.arrived(*KEY, "")
    connections.look(GONE, 2, 6)
    assert connections.take()[KEY].lost_ms == 4000


def test_coming_again_is_a_reconnection_unless_they_had_left() -> None:
    connections = arrived()
    connections.arrived(*KEY, "")
    connections.arrived(*KEY, "")
    assert connections.take()[KEY].reconnections == 2
    connections.left(*KEY)
    tally = connections.take()[KEY]
    assert tally.left
    connections.arrived(*KEY, "")
    again = connections.take().get(KEY, Tally())
    assert again.reconnections == 0


def test_who_left_is_neither_missed_nor_called_weak() -> None:
    connections = weak()
    connections.left(*KEY)
    assert connections.verdict(*KEY) == GOOD
    assert connections.look(GONE, 2, 8) == set()
    assert connections.take()[KEY].lost_ms == 0
    assert connections.take() == {}


def test_what_a_browser_counts_is_believed_for_some_time() -> None:
    connections = arrived()
    heard = Heard(heard=10_000, concealed=3000)
    connections.reported(
        *KEY, Report(height=720, frames_per_second=24, codecs=["opus"], path="relay"), heard, 0.0
    )
    connections.reported("r", "nobody", Report(), heard, 0.0)
    for look in range(3):
        connections.look(told(100 * look, 100 * look), 2, 2 * look)
    assert connections.verdict(*KEY) == Verdict(Quality.WEAK, Cause.RECEIVING)
    for look in range(4):
        connections.look(told(900, 900), 2, REPORT_HOLDS + look)
    assert connections.verdict(*KEY) == GOOD
    tally = connections.take()[KEY]
    assert (tally.concealed_ms, tally.height, tally.path) == (3000, 720, "relay")
    assert (tally.codecs, tally.browser) == (("opus",), "Firefox, Linux")
    assert connections.heard == heard
    assert connections.take_paces() == [24]
    assert connections.take_paces() == []


def test_nobody_is_blamed_for_what_somebody_else_lost() -> None:
    connections = arrived()
    connections.arrived("r", "b", "")
    broken = Heard(heard=10_000, concealed=4000)

    def both(look: int, mine: int) -> dict[str, Any]:
        one, other = told(100 * look, 80 * look), told(100 * look, mine)
        other["participants"][0]["seat"] = "b"
        return {"participants": [*one["participants"], *other["participants"]], "streams": []}

    for look in range(6):
        connections.look(both(look, 100 * look), 2, 2 * look)
        connections.reported("r", "b", Report(), broken, 2 * look + 0.5)
    assert connections.verdict(*KEY) == SENDING
    assert connections.verdict("r", "b") == GOOD
    # The report of ten seconds later still counts what was lost then.
    connections.left(*KEY)
    connections.reported("r", "b", Report(), broken, 20.0)
    for look in range(6, 9):
        connections.look(both(look, 100 * look), 2, 20.0)
    assert connections.verdict("r", "b") == GOOD
    connections.reported("r", "b", Report(), broken, 32.0)
    for look in range(9, 12):
        connections.look(both(look, 100 * look), 2, 33.0)
    assert connections.verdict("r", "b") == Verdict(Quality.WEAK, Cause.RECEIVING)


def test_what_was_taken_can_be_given_back() -> None:
    connections = weak()
    taken = connections.take(["another room"])
    assert taken == {}
    taken = connections.take(["r"])
    connections.look(told(1000, 1000), 2, 20)
    connections.give_back(taken)
    assert connections.take()[KEY].present_ms == 10_000
    connections.forget("r")
    connections.give_back(taken)
    assert connections.take()[KEY].present_ms == 8000
