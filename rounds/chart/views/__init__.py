"""The pages about patients."""

from rounds.chart.views import chart, identity, importing, kin, patients, team
from rounds.chart.views.importing import DESK
from rounds.web.doors import Door

# Words of our own come before ids: a route is the first that fits.
DOORS: list[Door] = [
    *patients.DOORS,
    *importing.DOORS,
    *chart.DOORS,
    *identity.DOORS,
    *kin.DOORS,
    *team.DOORS,
]

__all__ = ["DESK", "DOORS"]
