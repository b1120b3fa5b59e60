"""Days people choose, as moments in the clinic's time."""

from zoneinfo import ZoneInfo

import pytest

from rounds.consent.own import end_of_day
from rounds.kernel.errors import Invalid


def test_a_day_ends_when_the_next_begins_there() -> None:
    london = ZoneInfo("Europe/London")
    assert end_of_day("2027-03-27", london).isoformat() == "2027-03-28T00:00:00+00:00"
    assert end_of_day("2027-03-28", london).isoformat() == "2027-03-29T00:00:00+01:00"
    for text in ("", "9999-12-31", "2026-02-30"):
        with pytest.raises(Invalid):
            end_of_day(text, london)
