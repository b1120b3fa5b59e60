"""Who gets in at the pages between visits."""

import re
from dataclasses import replace
from typing import Any

from tests.consent.cast import AT_HOME, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser

SIGN_IN = "/my/sign-in?next=/my"
FAMILY = {Tie.AT_HOME, Tie.SUPPORTER}
"""The patient, and the relative to whom the visits are opened."""
VISIT = "/my/visits/{visit}"


async def revoke_own(browser: Browser, cast: Cast) -> Any:
    """Sign out of the first place of one's own list; who has no list names somebody else's."""
    listed = (await browser.get("/my/devices")).text
    own = re.search(r"/my/devices/[0-9a-f-]{36}/revoke", listed)
    path = own[0] if own else f"/my/devices/{cast.visit.id}/revoke"
    return await browser.post(path, data={})


def home_page(door: str, path: str, allowed: set[Tie]) -> Cell:
    """A page that sends people who are not signed in to the way in."""
    made = cell(door, path, allowed, page=True)
    return replace(made, sign_in=SIGN_IN, within=frozenset(AT_HOME))


CELLS = [
    home_page("GET /my", "/my", AT_HOME),
    home_page("GET /my/visits/{visit}", VISIT, FAMILY),
    cell("GET /my/visits/{visit}.ics", f"{VISIT}.ics", FAMILY),
    cell("POST /my/visits/{visit}/open", f"{VISIT}/open", FAMILY, data={"confirmed": ""}),
    home_page("GET /my/devices", "/my/devices", AT_HOME),
    cell("POST /my/devices/revoke-all", "/my/devices/revoke-all", AT_HOME, data={"x": ""}),
    Cell("POST /my/devices/{device}/revoke", revoke_own, frozenset(AT_HOME)),
    cell("POST /my/sign-out", "/my/sign-out", AT_HOME, data={"x": ""}),
]
