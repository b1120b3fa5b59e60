"""What decides how a colleague stands: a call, time off, the calendar, then an open page."""

from datetime import UTC, datetime, timedelta

import pytest

from rounds.home.colleagues import Availability, Signs, availability

NOW = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
SOON, LATER = NOW + timedelta(minutes=20), NOW + timedelta(hours=2)
BEFORE = NOW - timedelta(minutes=5)


@pytest.mark.parametrize(
    ("signs", "now"),
    [
        (Signs(True, False, None, []), (Availability.IN_VISIT, None)),
        (Signs(True, True, LATER, [(BEFORE, SOON)]), (Availability.IN_VISIT, SOON)),
        (Signs(False, True, LATER, []), (Availability.AWAY, LATER)),
        (Signs(False, True, None, [(BEFORE, SOON)]), (Availability.BOOKED, SOON)),
        (Signs(False, False, None, []), (Availability.AWAY, None)),
        (Signs(False, True, None, [(SOON, LATER)]), (Availability.FREE, SOON)),
        (Signs(False, True, None, [(BEFORE, NOW)]), (Availability.FREE, None)),
    ],
)
def test_what_counts_most(signs: Signs, now: tuple[Availability, datetime | None]) -> None:
    assert availability(signs, NOW) == now
