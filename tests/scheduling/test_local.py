"""A time that people wrote: shown once, never or twice by the clocks of a place."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from rounds.scheduling.local import Never, Once, Twice, first_moment, resolve, zone_named

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
walls = st.datetimes(datetime(1890, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001


@given(zones, walls)
def test_what_is_resolved_is_what_the_clocks_show(zone: ZoneInfo, wall: datetime) -> None:
    found = resolve(zone, wall)
    if isinstance(found, Once):
        assert found.at.replace(tzinfo=None) == wall
    elif isinstance(found, Twice):
        assert found.first.astimezone(UTC) < found.second.astimezone(UTC)
        for moment in (found.first, found.second):
            assert moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == wall
    else:
        instant = found.following.astimezone(UTC)
        before = (instant - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert before < wall < found.following.replace(tzinfo=None)


@given(zones, st.dates(date(1890, 1, 1), date(2200, 1, 1)), st.data())
def test_moments_grow_with_the_clock(zone: ZoneInfo, day: date, data: st.DataObject) -> None:
    early = data.draw(st.integers(0, 1440))
    late = data.draw(st.integers(early, 1440))
    assert first_moment(zone, day, early) <= first_moment(zone, day, late)
    assert first_moment(zone, day, 1440) == first_moment(zone, day + timedelta(days=1), 0)


def test_clocks_that_change() -> None:
    london, howe, apia = (
        ZoneInfo(name) for name in ("Europe/London", "Australia/Lord_Howe", "Pacific/Apia")
    )
    spring = resolve(london, datetime(2026, 3, 29, 1, 30))  # noqa: DTZ001
    assert spring == Never(datetime(2026, 3, 29, 2, tzinfo=london))
    autumn = resolve(london, datetime(2026, 10, 25, 1, 30))  # noqa: DTZ001
    assert isinstance(autumn, Twice)
    assert autumn.second.astimezone(UTC) - autumn.first.astimezone(UTC) == timedelta(hours=1)
    island = resolve(howe, datetime(2026, 4, 5, 1, 45))  # noqa: DTZ001
    assert isinstance(island, Twice)
    assert island.second.astimezone(UTC) - island.first.astimezone(UTC) == timedelta(minutes=30)
    skipped = resolve(apia, datetime(2011, 12, 30, 12))  # noqa: DTZ001
    assert skipped == Never(datetime(2011, 12, 31, 0, tzinfo=apia))


def test_a_zone_needs_a_known_name() -> None:
    assert zone_named("Asia/Kolkata") == ZoneInfo("Asia/Kolkata")
    for name in ("", "Mars/Olympus", "../etc/passwd", "europe london", "\x00"):
        assert zone_named(name) is None
