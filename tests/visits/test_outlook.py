"""When somebody's turn comes: honest minutes in steps of five, or none at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.rooms.outlook import Outlook
from rounds.visits.outlook import Turn, outlook, rounded
from tests.making.house import House
from tests.making.people import make_clinic, make_staff
from tests.making.visits import make_visit

NOW = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def turn(
    id: str, starts: float, minutes: int = 25, began: float | None = None, waits: bool = False
) -> Turn:
    return Turn(id, at(starts), minutes, None if began is None else at(began), waits)


OWN = turn("b", 0)


@pytest.mark.parametrize(
    ("own", "others", "expected", "told"),
    [
        (turn("b", 10), [], None, Outlook(0, 10)),
        (turn("b", 7), [], None, Outlook(0, 10)),
        (OWN, [], None, Outlook(0, None)),
        (turn("b", -5), [], None, Outlook(0, None)),
        (OWN, [turn("a", -30, 25, began=-12)], None, Outlook(0, 15)),
        (OWN, [turn("a", -30, 25, began=-25)], None, Outlook(0, None)),
        (OWN, [turn("a", -15, waits=True)], None, Outlook(1, 25)),
        (OWN, [turn("a", -15, waits=True), turn("0", -30, 20, began=-5)], None, Outlook(1, 40)),
        (OWN, [turn("c", 30, waits=True)], None, Outlook(0, None)),
        (OWN, [turn("a", -15)], None, Outlook(0, None)),
        (OWN, [], 10, Outlook(0, 10)),
        (OWN, [], -1, Outlook(0, None)),
        (turn("b", 20), [], 10, Outlook(0, 20)),
    ],
)
def test_what_is_told(own: Turn, others: list[Turn], expected: float | None, told: Outlook) -> None:
    assert outlook(own, others, NOW, None if expected is None else at(expected)) == told


def test_a_visit_does_not_wait_for_itself() -> None:
    assert outlook(OWN, [turn("b", 0, began=-3, waits=True)], NOW, None) == Outlook(0, None)


@given(st.timedeltas(timedelta(minutes=-500), timedelta(minutes=500)))
def test_minutes_are_never_fewer_than_it_takes_nor_five_more(wait: timedelta) -> None:
    told = rounded(wait)
    if wait <= timedelta(0):
        assert told is None
    else:
        assert told is not None
        assert told % 5 == 0
        assert timedelta(0) <= timedelta(minutes=told) - wait < timedelta(minutes=5)


TURNS = st.lists(
    st.builds(
        turn,
        st.sampled_from("acdefg"),
        st.integers(-120, 120),
        st.integers(5, 60),
        st.none() | st.integers(-120, 0),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)


@given(TURNS, TURNS)
def test_more_people_before_somebody_never_make_it_shorter(
    some: list[Turn], more: list[Turn]
) -> None:
    known = {one.id for one in some}
    every = [*some, *(one for one in more if one.id not in known)]
    few, many = outlook(OWN, some, NOW, None), outlook(OWN, every, NOW, None)
    assert many.ahead >= few.ahead
    if few.minutes is not None and many.minutes is not None:
        assert many.minutes >= few.minutes


@pytest.mark.asyncio(loop_scope="module")
async def test_who_waits_for_the_same_clinician_stands_behind_the_visit_before(
    house: House,
) -> None:
    clinic = await make_clinic(house.units)
    gp = await make_staff(house.units, clinic)
    now = house.clock.now()
    first = await make_visit(house.units, clinic, [gp], 0, now)
    second = await make_visit(house.units, clinic, [gp], 0, now + timedelta(minutes=10))
    rooms = []
    for visit in (first, second):
        browser = await house.guest(visit.link(visit.patient))
        line = await browser.guest_room(visit.link(visit.patient))
        await line.ask("knock")
        rooms.append(line)
    place = (await rooms[1].ask("state"))["place"]
    assert place == {"position": 2, "of": 2, "minutes": 25}
    console = await (await house.signed_in(gp)).staff_room(first.id)
    await console.ask("admit", admission=first.seat(first.patient))
    # The first visit goes on: nobody waits before, and it takes its planned time.
    told = await rooms[1].shows(lambda one: one["place"]["position"] == 1)
    assert told["place"]["minutes"] == 25
    house.pass_time(minutes=26)
    await rooms[1].shows(lambda one: one["place"]["minutes"] is None)
    await console.ask("end")
    assert (await rooms[1].ask("state"))["place"]["minutes"] is None
