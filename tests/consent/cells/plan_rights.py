"""Who changes what others may do in a care plan."""

from tests.consent.cast import Tie
from tests.consent.cell import cell

TEAM = {Tie.MEMBER}
RIGHTS = "/patients/{patient}/plan/rights"
LESS = {"person": "{patient}", "kind": "goals", "right": "view"}

CELLS = [
    cell(f"GET {RIGHTS}", RIGHTS, TEAM, page=True),
    cell(f"POST {RIGHTS}", RIGHTS, TEAM, data=LESS),
]
