"""When reminders come, whatever the times."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rounds.visits.reminders import steps

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone follows


@given(moments, moments)
def test_reminders_lie_ahead_in_order_and_before_the_visit(start: datetime, now: datetime) -> None:
    planned = steps(start, now)
    assert [one.due_at for one in planned] == sorted(one.due_at for one in planned)
    for one in planned:
        assert now < one.due_at < one.expires_at <= start
    assert (len(planned) == 3) == (now < start - timedelta(days=2))
