"""The doors of what waits for one person: the day of staff, the pages of people at home."""

from rounds.home.views import devices, my, sign_in, today, verify
from rounds.home.views.today import PRESENCE

__all__ = ["DOORS", "PRESENCE"]

DOORS = [*today.DOORS, *my.DOORS, *sign_in.DOORS, *verify.DOORS, *devices.DOORS]
