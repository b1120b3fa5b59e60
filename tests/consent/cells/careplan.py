"""Who gets in at the care plan."""

from typing import Any

from rounds.kernel.actor import SYSTEM
from rounds.rooms.model import Seat
from tests.consent.cast import Cast, Tie
from tests.consent.cell import Cell, cell
from tests.consent.cells.portal import FAMILY, home_page
from tests.making.browser import Browser

TEAM = {Tie.MEMBER}


async def in_call(browser: Browser, cast: Cast) -> Any:
    """Open the plan in the call, once the patient was let in."""
    visit = cast.visit
    async with cast.house.units(SYSTEM) as unit:
        seat = await unit.session.get_one(Seat, visit.seat(visit.patient))
        seat.arrive(unit.now)
        seat.admit(unit.now)
    return await browser.get(f"/j/{visit.link(visit.patient).invitation}/plan")


CELLS = [
    Cell("GET /j/{guest}/plan", in_call, frozenset({Tie.PATIENT})),
    cell("GET /patients/{patient}/plan", "/patients/{patient}/plan", TEAM, page=True),
    # Everybody at home asks for a plan of their own: another patient gets another one.
    home_page("GET /my/plan", "/my/plan", FAMILY | {Tie.OTHER_AT_HOME}),
]
