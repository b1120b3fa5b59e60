"""The doors of the pages that set a clinic up and watch over it."""

from rounds.admin.views import clinic, messages, network, overview, retention, trail
from rounds.admin.views.network import NETWORK as NETWORK

DOORS = [
    *overview.DOORS,
    *clinic.DOORS,
    *messages.DOORS,
    *trail.DOORS,
    *retention.DOORS,
    *network.DOORS,
]
