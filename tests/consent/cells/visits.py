"""Who gets in at the doors of a visit."""

from tests.consent.cast import SEATED_STAFF, Tie
from tests.consent.cell import cell

NOTE = {"text": "Slept well.", "revision": 0}
LINK = "/visits/{visit}/links/{invitation}"
LINK_MAKERS = SEATED_STAFF | {Tie.COORDINATOR}

CELLS = [
    cell("GET /visits/{visit}", "/visits/{visit}", SEATED_STAFF, page=True),
    cell("POST /visits/{visit}/note", "/visits/{visit}/note", SEATED_STAFF, json=NOTE),
    cell(f"POST {LINK}/reissue", f"{LINK}/reissue", LINK_MAKERS, json={}),
    cell(f"POST {LINK}/revoke", f"{LINK}/revoke", LINK_MAKERS, json={}),
    cell("GET /j/{guest}", "/j/{invitation}", {Tie.PATIENT}),
]
