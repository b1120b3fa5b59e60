"""Who gets in at the doors of accounts."""

from tests.consent.cast import STAFF
from tests.consent.cell import cell

CELLS = [cell("POST /sign-out", "/sign-out", STAFF)]
