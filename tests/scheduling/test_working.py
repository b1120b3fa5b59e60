"""Working-day arithmetic: by the clock on the wall, in every zone, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.scheduling.working import Span, WorkCalendar, merged, without

LONDON = ZoneInfo("Europe/London")
OFFICE = {day: [(540, 1020)] for day in range(5)}

zones = st.sampled_from(
    ["Europe/London", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
     "Pacific/Apia", "America/St_Johns", "Africa/Cairo", "Asia/Beirut", "UTC", "Pacific/Chatham"]
).map(ZoneInfo)  # fmt: skip
moments = st.integers(-631_152_000, 5_680_281_600).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
"""From 1950 to 2150."""
day_spans = st.lists(
    st.tuples(st.integers(0, 1440), st.integers(0, 1440))
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: (min(pair), max(pair))),
    max_size=3,
)
weeks = st.dictionaries(st.integers(0, 6), day_spans, min_size=1).filter(
    lambda week: any(week.values())
)
calendars = st.builds(
    WorkCalendar,
    zones,
    weeks,
    st.sets(st.dates(date(1990, 1, 1), date(2060, 1, 1)), max_size=5),
)


def at(zone: str, *parts: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone), fold=fold)


@given(calendars, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    calendar: WorkCalendar, moment: datetime
) -> None:
    opening = calendar.next_opening(moment)
    assert opening is not None
    assert opening >= moment
    assert calendar.is_open(opening)
    assert calendar.is_open(moment) == (opening == moment)
    assert calendar.working_minutes_between(moment, opening) == 0
    if opening > moment:
        assert not calendar.is_open(opening - timedelta(microseconds=1))


@given(calendars, moments, st.integers(0, 3000))
def test_added_minutes_are_the_minutes_between(
    calendar: WorkCalendar, moment: datetime, minutes: int
) -> None:
    after = calendar.add_working_minutes(moment, minutes)
    assert after is not None
    assert calendar.working_minutes_between(moment, after) == minutes
    if minutes:
        earlier = after - timedelta(microseconds=1)
        assert calendar.working_minutes_between(moment, earlier) < minutes


@given(calendars, moments, st.integers(0, 12))
def test_days_go_forward_one_by_one(calendar: WorkCalendar, moment: datetime, n: int) -> None:
    here, further = calendar.add_working_days(moment, n), calendar.add_working_days(moment, n + 1)
    assert here is not None
    assert further is not None
    assert moment <= here < further
    day = here.astimezone(calendar.zone).date()
    # A closing at 24:00 is the midnight of the day after.
    assert calendar.is_working_day(day) or calendar.is_working_day(day - timedelta(days=1))


@given(
    calendars, st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 8), st.integers(1, 8)
)
def test_working_days_add_up(calendar: WorkCalendar, day: date, some: int, more: int) -> None:
    between = calendar.working_day(day, some)
    assert between is not None
    assert calendar.is_working_day(between)
    assert calendar.working_day(between, more) == calendar.working_day(day, some + more)


@given(calendars, moments, st.timedeltas(timedelta(), timedelta(days=20)))
def test_open_time_is_where_it_is_open(
    calendar: WorkCalendar, moment: datetime, length: timedelta
) -> None:
    spans = calendar.open_between(moment, moment + length)
    assert spans == merged(spans)
    for span in spans:
        assert moment <= span.begins < span.ends <= moment + length
        middle = span.begins + (span.ends - span.begins) / 2
        assert calendar.is_open(span.begins)
        assert calendar.is_open(middle)
    closed = without([Span(moment, moment + length)], spans)
    assert not any(calendar.is_open(span.begins) for span in closed)


def test_a_working_day_by_the_clock() -> None:
    calendar = WorkCalendar(LONDON, OFFICE, [date(2026, 12, 25), date(2026, 12, 28)])
    thursday = at("Europe/London", 2026, 12, 24, 16)
    assert calendar.add_working_days(thursday, 1) == at("Europe/London", 2026, 12, 29, 16)
    assert calendar.add_working_minutes(thursday, 120) == at("Europe/London", 2026, 12, 29, 10)
    evening = at("Europe/London", 2026, 12, 24, 20)
    assert calendar.next_opening(evening) == at("Europe/London", 2026, 12, 29, 9)
    assert calendar.add_working_days(evening, 2) == at("Europe/London", 2026, 12, 31, 9)
    assert calendar.add_working_days(evening, 0) == at("Europe/London", 2026, 12, 29, 9)
    assert calendar.working_day(date(2026, 12, 24), 0) == date(2026, 12, 24)
    assert calendar.working_day(date(2026, 12, 25), 0) == date(2026, 12, 29)


def test_a_short_day_ends_at_its_closing() -> None:
    calendar = WorkCalendar(LONDON, OFFICE | {2: [(540, 720)], 3: [(540, 600), (900, 960)]})
    monday = at("Europe/London", 2026, 11, 16, 16)
    assert calendar.add_working_days(monday, 2) == at("Europe/London", 2026, 11, 18, 12)
    noon = at("Europe/London", 2026, 11, 16, 12)
    assert calendar.add_working_days(noon, 3) == at("Europe/London", 2026, 11, 19, 15)


def test_the_hour_that_spring_takes_away() -> None:
    nights = WorkCalendar(LONDON, {day: [(0, 240)] for day in range(7)})
    begin = at("Europe/London", 2026, 3, 29)
    assert nights.working_minutes_between(begin, begin + timedelta(hours=12)) == 180
    assert nights.openings(date(2026, 3, 29)) == [
        Span(datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 3, tzinfo=UTC))
    ]
    only = WorkCalendar(LONDON, {6: [(60, 120)]})
    assert only.openings(date(2026, 3, 29)) == []
    assert not only.is_working_day(date(2026, 3, 29))
    assert only.next_opening(at("Europe/London", 2026, 3, 28)) == at("Europe/London", 2026, 4, 5, 1)
    half = WorkCalendar(LONDON, {6: [(90, 150)]})
    assert half.working_minutes_between(begin, begin + timedelta(hours=12)) == 30


def test_the_hour_that_autumn_gives_twice() -> None:
    begin = at("Europe/London", 2026, 10, 25)
    both = WorkCalendar(LONDON, {6: [(60, 120)]})
    assert both.working_minutes_between(begin, begin + timedelta(hours=12)) == 120
    assert both.is_open(at("Europe/London", 2026, 10, 25, 1, 30))
    assert both.is_open(at("Europe/London", 2026, 10, 25, 1, 30, fold=1))
    half = WorkCalendar(LONDON, {6: [(30, 90)]})
    assert half.is_open(at("Europe/London", 2026, 10, 25, 1, 15))
    assert not half.is_open(at("Europe/London", 2026, 10, 25, 1, 15, fold=1))


def test_whole_days_and_nights_join_at_midnight() -> None:
    always = WorkCalendar(LONDON, {day: [(0, 1440)] for day in range(7)})
    begin = at("Europe/London", 2026, 10, 20).astimezone(UTC)
    span = Span(begin, begin + timedelta(days=10))
    assert always.open_between(span.begins, span.ends) == [span]
    assert always.working_minutes_between(begin, begin + timedelta(days=10)) == 14_400
    assert always.is_open(at("Europe/London", 2026, 10, 24, 23, 59))


def test_half_an_hour_on_lord_howe() -> None:
    island = WorkCalendar(ZoneInfo("Australia/Lord_Howe"), {6: [(60, 180)]})
    assert (
        island.working_minutes_between(
            at("Australia/Lord_Howe", 2026, 10, 4), at("Australia/Lord_Howe", 2026, 10, 5)
        )
        == 90
    )
    assert (
        island.working_minutes_between(
            at("Australia/Lord_Howe", 2026, 4, 5), at("Australia/Lord_Howe", 2026, 4, 6)
        )
        == 150
    )


def test_the_friday_that_samoa_left_out() -> None:
    apia = WorkCalendar(ZoneInfo("Pacific/Apia"), OFFICE)
    thursday = at("Pacific/Apia", 2011, 12, 29, 10)
    assert not apia.is_working_day(date(2011, 12, 30))
    assert apia.add_working_days(thursday, 1) == at("Pacific/Apia", 2012, 1, 2, 10)
    night = WorkCalendar(ZoneInfo("Pacific/Apia"), {3: [(1200, 1440)], 5: [(0, 60)]})
    span = Span(thursday.astimezone(UTC), (thursday + timedelta(days=3)).astimezone(UTC))
    assert len(night.open_between(span.begins, span.ends)) == 1
    assert night.working_minutes_between(span.begins, span.ends) == 300


@pytest.mark.parametrize("year", [1, 1800, 2400, 9998])
def test_far_away_years_count_too(year: int) -> None:
    calendar = WorkCalendar(ZoneInfo("Asia/Kolkata"), OFFICE)
    moment = datetime(year, 3, 1, tzinfo=UTC)
    assert calendar.next_opening(moment) is not None
    assert calendar.add_working_days(moment, 5) is not None


def test_the_calendar_ends_without_a_fault() -> None:
    calendar = WorkCalendar(LONDON, OFFICE)
    last = datetime(9999, 12, 30, 20, tzinfo=UTC)
    assert calendar.next_opening(last) is None
    assert calendar.add_working_days(last, 3) is None
    assert calendar.working_day(date.max, 1) is None
    assert calendar.add_working_minutes(last, 1) is None


def test_who_never_opens_has_no_next_opening() -> None:
    for calendar in (WorkCalendar(LONDON, {}), WorkCalendar(LONDON, {0: []})):
        assert not calendar.has_hours
        assert calendar.next_opening(at("Europe/London", 2026, 1, 1)) is None
        assert calendar.add_working_days(at("Europe/London", 2026, 1, 1), 1) is None
        assert calendar.add_working_minutes(at("Europe/London", 2026, 1, 1), 1) is None
        assert calendar.working_day(date(2026, 1, 1), 0) is None


@pytest.mark.parametrize(
    "hours",
    [
        {7: [(0, 1)]},
        {-1: [(0, 1)]},
        {0: [(10, 10)]},
        {0: [(20, 10)]},
        {0: [(0, 1441)]},
        {0: [(-1, 5)]},
    ],
)
def test_hours_that_are_none_are_refused(hours: dict[int, list[tuple[int, int]]]) -> None:
    with pytest.raises(ValueError, match="day"):
        WorkCalendar(LONDON, hours)


def test_nobody_counts_backwards() -> None:
    calendar = WorkCalendar(LONDON, OFFICE)
    now = at("Europe/London", 2026, 11, 16, 10)
    with pytest.raises(ValueError, match="forward"):
        calendar.working_day(now.date(), -1)
    with pytest.raises(ValueError, match="forward"):
        calendar.add_working_minutes(now, -1)
    assert calendar.working_minutes_between(now, now - timedelta(hours=1)) == 0
