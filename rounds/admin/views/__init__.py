"""The doors of the pages that set a clinic up and watch over it."""

from rounds.admin.views import messages

DOORS = [*messages.DOORS]
