"""Who gets in at the doors of the day."""

from tests.consent.cast import STAFF
from tests.consent.cell import cell

CELLS = [cell("GET /today.json", "/today.json", STAFF)]
