"""Is somebody free, and when are several together? And what is kept for handoffs."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rounds.scheduling.availability import APART, Concern, Diary, free_together, offers
from rounds.scheduling.model import ProtectedTime
from rounds.scheduling.protected import is_free_for_booking, kept_between
from rounds.scheduling.working import Span, WorkCalendar, without

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
OFFICE = WorkCalendar(LONDON, {day: [(540, 1020)] for day in range(5)})


def span(begins: int, ends: int) -> Span:
    return Span(MONDAY + timedelta(minutes=begins), MONDAY + timedelta(minutes=ends))


spans = st.tuples(st.integers(0, 4320), st.integers(1, 600)).map(
    lambda pair: span(pair[0], pair[0] + pair[1])
)
diaries = st.lists(
    st.builds(
        lambda off, busy: Diary("p", OFFICE, off, busy),
        st.lists(spans, max_size=3),
        st.lists(spans, max_size=4),
    ),
    min_size=1,
    max_size=3,
)


@given(diaries, st.integers(5, 120))
def test_nothing_speaks_against_an_offer(people: list[Diary], minutes: int) -> None:
    found = offers(people, minutes, MONDAY, MONDAY + timedelta(days=4), MONDAY)
    assert len(found) <= 3
    for begins in found:
        wanted = Span(begins, begins + timedelta(minutes=minutes))
        assert [diary.concerns(wanted, MONDAY) for diary in people] == [[] for _ in people]
        assert begins.minute % 15 == 0
    assert all(later - earlier >= APART for earlier, later in pairwise(found))


@given(diaries)
def test_free_together_is_free_for_each(people: list[Diary]) -> None:
    end = MONDAY + timedelta(days=4)
    found = free_together(people, MONDAY, end, MONDAY)
    for diary in people:
        assert without(found, diary.free_between(MONDAY, end, MONDAY)) == []


def test_every_concern_has_its_cause() -> None:
    kept = list(kept_between(LONDON, [row(0, 600, 60)], MONDAY, MONDAY + timedelta(days=1)))
    diary = Diary("p", OFFICE, [span(700, 800)], [span(900, 930)], kept)
    early = MONDAY + timedelta(hours=6)
    assert diary.concerns(span(500, 560), early) == [Concern.CLOSED]
    assert diary.concerns(span(750, 760), early) == [Concern.OFF]
    assert diary.concerns(span(920, 940), early) == [Concern.BUSY]
    assert diary.concerns(span(590, 601), early) == [Concern.KEPT]
    # One visit may begin in the very moment another ends.
    assert diary.concerns(span(930, 960), early) == []
    assert Diary("p", WorkCalendar(LONDON, {})).concerns(span(0, 60), early) == []


def row(weekday: int, begins: int, minutes: int, release: int = 120) -> ProtectedTime:
    return ProtectedTime(weekday=weekday, begins=begins, minutes=minutes, release=release)


def test_protected_minutes_are_kept_until_they_are_released() -> None:
    rows = [row(0, 600, 60, 120)]
    wanted = span(630, 655)
    before, after = MONDAY + timedelta(minutes=479), MONDAY + timedelta(minutes=480)
    assert not is_free_for_booking(LONDON, rows, wanted, before)
    assert is_free_for_booking(LONDON, rows, wanted, after)
    assert is_free_for_booking(LONDON, rows, span(660, 690), before)
    assert is_free_for_booking(LONDON, rows, span(570, 600), before)


def test_protected_minutes_follow_the_clock_over_the_change() -> None:
    begins = [
        one.span.begins
        for one in kept_between(
            LONDON,
            [row(6, 600, 30)],
            datetime(2026, 3, 22, tzinfo=UTC),
            datetime(2026, 4, 1, tzinfo=UTC),
        )
    ]
    assert begins == [
        datetime(2026, 3, 22, 10, tzinfo=UTC),
        datetime(2026, 3, 29, 9, tzinfo=UTC),
    ]


def test_an_offer_keeps_out_of_what_is_protected() -> None:
    rows = [row(0, 540, 240, 0)]
    kept = list(kept_between(LONDON, rows, MONDAY, MONDAY + timedelta(days=1)))
    found = offers(
        [Diary("p", OFFICE, (), (), kept)], 30, MONDAY, MONDAY + timedelta(days=1), MONDAY
    )
    assert found[0] == MONDAY + timedelta(minutes=780)
    assert date(2026, 11, 16) == found[0].date()
