"""A page hears what rang while it was on its way, and no more than that."""

import pytest

from tests.making.consent import keep_out, visit_with_team_of_two
from tests.making.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_rang_between_rendering_and_joining_rings_again(house: House) -> None:
    visit = await visit_with_team_of_two(house.units)
    other = await visit_with_team_of_two(house.units)
    jonas = await house.signed_in(visit.team[1])
    await keep_out(house.units, visit.patient, visit.team[1])
    await keep_out(house.units, other.patient, other.team[1])
    bells = await jonas.line("/me", {"door": "staff", "age": 5000})
    assert await bells.until("access_ended") == {"patient": visit.patient.id}
    assert [told for name, told in bells.heard if name == "access_ended"] == [
        {"patient": visit.patient.id}
    ]


@pytest.mark.parametrize(
    "age", [None, 0, -1, True, "5000", [], {}, float("inf"), 1e300, 10**15, "x" * 10_000]
)
async def test_a_strange_age_rings_nothing_of_others_and_lets_in(house: House, age: object) -> None:
    visit = await visit_with_team_of_two(house.units)
    amara = await house.signed_in(visit.team[0])
    await keep_out(house.units, visit.patient, visit.team[1])
    bells = await amara.line("/me", {"door": "staff", "age": age})
    assert bells.told("access_ended") == []


async def test_a_page_that_was_asked_for_afterwards_hears_nothing_old(house: House) -> None:
    visit = await visit_with_team_of_two(house.units)
    jonas = await house.signed_in(visit.team[1])
    await keep_out(house.units, visit.patient, visit.team[1])
    late = await jonas.line("/me", {"door": "staff"})
    again = await house.signed_in(visit.team[1])
    early = await again.line("/me", {"door": "staff", "age": 9000})
    await early.until("access_ended")
    assert late.told("access_ended") == []
