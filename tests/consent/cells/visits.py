"""Who gets in at the doors of a visit."""

from typing import Any

from rounds.kernel.actor import SYSTEM
from rounds.visits.missed import MISSED_AFTER, notice
from tests.consent.cast import OFFICE, SEATED_STAFF, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser

NOTE = {"text": "Slept well.", "revision": 0}
LINK = "/visits/{visit}/links/{invitation}"
TELL = {"preset": "late", "minutes": 10, "key": "1"}
HELPERS = SEATED_STAFF | OFFICE | {Tie.MEMBER}
LINK_MAKERS = SEATED_STAFF | {Tie.COORDINATOR}


async def follow_up(browser: Browser, cast: Cast) -> Any:
    """Say what became of it, once the patient is missed."""
    async with cast.house.units(SYSTEM) as unit:
        unit.now += MISSED_AFTER
        await notice(unit, cast.visit.id, cast.visit.room)
    return await browser.post(f"/visits/{cast.visit.id}/missed", data={"reason": "Called."})


CELLS = [
    Cell("POST /visits/{visit}/missed", follow_up, frozenset(HELPERS)),
    cell("GET /visits/{visit}", "/visits/{visit}", SEATED_STAFF, page=True),
    cell("POST /visits/{visit}/note", "/visits/{visit}/note", SEATED_STAFF, json=NOTE),
    cell(f"POST {LINK}/reissue", f"{LINK}/reissue", LINK_MAKERS, json={}),
    cell(f"POST {LINK}/revoke", f"{LINK}/revoke", LINK_MAKERS, json={}),
    cell("GET /visits/{visit}/emergency.json", "/visits/{visit}/emergency.json", SEATED_STAFF),
    cell("POST /visits/{visit}/tell", "/visits/{visit}/tell", HELPERS, json=TELL),
    cell("GET /j/{guest}", "/j/{invitation}", {Tie.PATIENT}),
]
