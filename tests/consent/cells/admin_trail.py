"""Who gets in at the doors of the trail."""

from tests.consent.cast import Tie
from tests.consent.cell import cell

CELLS = [
    cell("GET /admin/trail", "/admin/trail", {Tie.ADMIN}, page=True),
    cell("GET /admin/trail.csv", "/admin/trail.csv?patient={patient}", {Tie.ADMIN}),
]
