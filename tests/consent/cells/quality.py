"""Who says how a visit was, who sees the numbers, and who reads what people wrote."""

from typing import Any

from rounds.kernel.actor import SYSTEM
from rounds.kernel.ids import new_id
from rounds.visits.experience_model import Experience
from tests.consent.cast import OFFICE, STAFF, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser
from tests.making.ended import end_visit

DOOR = "/j/{guest}/experience"


async def _ended(browser: Browser, cast: Cast) -> str:
    """The path of the patient's answers; once the visit is over for whoever may give them."""
    if browser is cast.opened.get(Tie.PATIENT):
        await end_visit(cast.house.units, cast.visit)
    return f"/j/{cast.ids['invitation']}/experience"


async def ask(browser: Browser, cast: Cast) -> Any:
    return await browser.get(await _ended(browser, cast))


async def tell(browser: Browser, cast: Cast) -> Any:
    return await browser.post(await _ended(browser, cast), {"heard": "yes"})


async def whose(browser: Browser, cast: Cast) -> Any:
    """Ask whose words these are, that the patient wrote."""
    visit = cast.visit
    async with cast.house.units(SYSTEM) as unit:
        row = Experience(
            id=new_id(), clinic_id=visit.clinic.id, visit_id=visit.id, given_at=unit.now,
            patient_id=visit.patient.id, person_id=visit.patient.id, until=unit.now, words="Hm.",
            counted_at=unit.now,
        )  # fmt: skip
        unit.session.add(row)
    answer = await browser.get(f"/quality/words/{row.id}")
    async with cast.house.units(SYSTEM) as unit:
        await unit.session.delete(await unit.session.get_one(Experience, row.id))
    return answer


CELLS = [
    Cell(f"GET {DOOR}", ask, frozenset({Tie.PATIENT})),
    Cell(f"POST {DOOR}", tell, frozenset({Tie.PATIENT})),
    cell("GET /quality/visits", "/quality/visits", STAFF, page=True),
    cell("GET /quality/visits.csv", "/quality/visits.csv", STAFF),
    cell("GET /quality/words", "/quality/words", OFFICE, page=True),
    Cell(
        "GET /quality/words/{experience}",
        whose,
        frozenset(OFFICE - {Tie.SEATED}),
        page=True,
    ),
]
