"""What a summary is pre-filled with: whatever a visit left behind, each person counts once."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rounds.visits.happened import (
    LATE_FROM,
    Arrival,
    Happening,
    Lines,
    Seen,
    There,
    absence_of,
    there_of,
    times_of,
)
from rounds.visits.sources import SOURCES, read_kept, write_kept

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
HOURS = 4 * 60
ROLES = st.sampled_from(["patient", "gp", "relative", "interpreter", "coordinator"])
MINUTES = st.integers(min_value=-30, max_value=HOURS)
MOMENTS = MINUTES.map(lambda minutes: NOON + timedelta(minutes=minutes))
PEOPLE = ["a", "b", "c", "d"]


def seen(person: str) -> st.SearchStrategy[Seen]:
    return st.builds(
        Seen,
        person=st.just(person),
        role=ROLES,
        present_ms=st.one_of(st.just(0), st.integers(0, HOURS * 60_000 * 3)),
        let_in=st.booleans(),
        arrived_at=st.none() | MOMENTS,
    )


@st.composite
def happenings(draw: st.DrawFn) -> Happening:
    began, ended = draw(st.none() | MOMENTS), draw(st.none() | MOMENTS)
    if began is None or (ended is not None and ended < began):
        ended = None
    calls = st.tuples(
        st.sampled_from(PEOPLE), st.none() | st.sampled_from(PEOPLE), MOMENTS, st.none() | MOMENTS
    )
    return Happening(
        planned_at=NOON,
        now=NOON + timedelta(hours=6),
        began=began,
        ended=ended,
        seats=[draw(seen(person)) for person in PEOPLE],
        calls=draw(st.lists(calls, max_size=3)),
    )


@given(happenings())
def test_everybody_is_there_or_missing_or_only_waited(happening: Happening) -> None:
    there, absence = there_of(happening), absence_of(happening)
    came = [one.person for one in there.people] if there else []
    missing = absence.missing if absence else []
    assert len(came) == len(set(came))
    assert not set(came) & set(missing)
    waited = {one.person for one in happening.seats if one.arrived_at is not None}
    if happening.ended is not None:
        assert set(PEOPLE) == {*came, *missing} | waited
    else:
        assert missing == []


@given(happenings())
def test_nobody_was_there_longer_than_the_visit(happening: Happening) -> None:
    there = there_of(happening)
    for one in there.people if there else []:
        assert one.minutes is None or one.minutes >= 1
        if happening.began is not None and one.minutes is not None:
            end = happening.ended or happening.now
            whole = (end - happening.began).total_seconds() / 60
            assert one.minutes <= max(1, round(whole))


@given(happenings())
def test_late_is_who_came_after_the_grace(happening: Happening) -> None:
    absence = absence_of(happening)
    late = {one.person: one.minutes for one in absence.late} if absence else {}
    for one in happening.seats:
        after = one.arrived_at - NOON if one.arrived_at else timedelta()
        assert (one.person in late) == (after >= LATE_FROM)
        if one.person in late:
            assert late[one.person] * 60 <= after.total_seconds()


@given(happenings())
def test_there_is_no_empty_heading(happening: Happening) -> None:
    there, absence, times = there_of(happening), absence_of(happening), times_of(happening)
    assert there is None or there.people
    assert absence is None or absence.late or absence.missing
    assert (times is None) == (happening.began is None)


@given(happenings())
def test_what_is_kept_reads_back_the_same(happening: Happening) -> None:
    facts = (times_of(happening), there_of(happening), absence_of(happening))
    names = ("times", "there", "absence")
    found = {name: fact for name, fact in zip(names, facts, strict=True) if fact is not None}
    assert read_kept(write_kept(found)) == found


def test_what_was_told_on_arriving_is_never_kept() -> None:
    told = Arrival(place="Harbour 1", phone="", company="", companions="", safe="no")
    lines = Lines(weak=0.1, lost=0.0, reconnections=1)
    kept = write_kept({"lines": lines, "arrival": told})
    assert "Harbour" not in kept
    assert read_kept(kept) == {"lines": lines}
    hidden = {one.name for one in SOURCES if one.for_hosts}
    assert hidden == {one.name for one in SOURCES if not one.keeps} == {"arrival"}


def test_a_kept_fact_that_no_source_knows_is_left_out() -> None:
    assert read_kept('{"scores": {"value": 3}}') == {}
    assert read_kept("") == {}


def test_a_call_by_telephone_counts_for_both() -> None:
    calls = [("a", "b", NOON, NOON + timedelta(minutes=12))]
    happening = Happening(
        planned_at=NOON,
        now=NOON,
        began=NOON,
        ended=NOON + timedelta(minutes=20),
        seats=[Seen("a", "patient"), Seen("b", "gp", let_in=True), Seen("c", "relative")],
        calls=calls,
    )
    there, times = there_of(happening), times_of(happening)
    assert isinstance(there, There)
    assert [(one.person, one.minutes) for one in there.people] == [("a", 12), ("b", 12)]
    assert times is not None
    assert not times.by_video
