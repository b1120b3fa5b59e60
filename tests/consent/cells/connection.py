"""Who reads how the connections of a visit were."""

from tests.consent.cast import SEATED_STAFF
from tests.consent.cell import cell

PATH = "/visits/{visit}/connection.json"

CELLS = [cell(f"GET {PATH}", PATH, SEATED_STAFF)]
