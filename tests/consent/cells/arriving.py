"""Who answers on arriving, tries out a line, and looks a self-test up."""

from tests.consent.cast import STAFF, Tie
from tests.consent.cell import cell

GUEST = "/j/{invitation}"

CELLS = [
    cell("POST /j/{guest}/check-in", f"{GUEST}/check-in", {Tie.PATIENT}, json={"safe": "yes"}),
    cell("POST /j/{guest}/quick-exit", f"{GUEST}/quick-exit", {Tie.PATIENT}, json={}),
    cell("POST /j/{guest}/test", f"{GUEST}/test", {Tie.PATIENT}, json={}),
    cell("GET /visits/test", "/visits/test", STAFF, page=True),
]
