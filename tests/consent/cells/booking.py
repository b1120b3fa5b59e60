"""Who gets in at the doors of booking and arranging a visit."""

from itertools import count
from typing import Any

from tests.consent.cast import OFFICE, STAFF, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser

BOOKS = OFFICE | {Tie.MEMBER}
ARRANGES = OFFICE | {Tie.MEMBER, Tie.HOST}
PLAN = "/visits/{visit}"
GUEST = "/visits/{visit}/guests/{patient}"
WISH = {"patient": "{patient}", "clinician": "{gp}", "minutes": "25"}
LATER = {"day": "2027-03-01", "time": "10:00", "insist": "yes"}
_numbers = count(1)


def fresh(door: str, path: str, body: dict[str, str]) -> Cell:
    """Book with a form of one's own: its key serves once."""

    async def ask(browser: Browser, cast: Cast) -> Any:
        data = {name: value.format(**cast.ids) for name, value in body.items()}
        return await browser.post(path, data=data | {"key": f"form-number-{next(_numbers)}"})

    return Cell(door, ask, frozenset(BOOKS))


CELLS = [
    cell("GET /visits/choose", "/visits/choose", STAFF, page=True),
    cell("GET /visits/new", "/visits/new?patient={patient}", BOOKS, page=True),
    fresh("POST /visits/offers", "/visits/offers", WISH),
    fresh("POST /visits", "/visits", WISH | LATER),
    fresh("POST /visits/now", "/visits/now", WISH),
    cell("GET /visits/{visit}/plan", f"{PLAN}/plan", ARRANGES, page=True),
    cell("POST /visits/{visit}/move", f"{PLAN}/move", ARRANGES, data=LATER | {"minutes": "25"}),
    cell("POST /visits/{visit}/cancel", f"{PLAN}/cancel", ARRANGES, data={"reason": ""}),
    cell("POST /visits/{visit}/guests/{person}/link", f"{GUEST}/link", ARRANGES, data={"send": ""}),
    cell("POST /visits/{visit}/guests/{person}/revoke", f"{GUEST}/revoke", ARRANGES, data={}),
]
