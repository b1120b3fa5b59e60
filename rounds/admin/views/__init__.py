"""The doors of the pages that set a clinic up and watch over it."""

from rounds.admin.views import clinic, messages, overview, retention, trail

DOORS = [
    *overview.DOORS,
    *clinic.DOORS,
    *messages.DOORS,
    *trail.DOORS,
    *retention.DOORS,
]
