"""The doors of the pages that set a clinic up and watch over it."""

from rounds.admin.views import messages, trail

DOORS = [*messages.DOORS, *trail.DOORS]
