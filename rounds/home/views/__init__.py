"""The doors of what waits for one person: the day of staff, the pages of people at home."""

from rounds.home.views import devices, my, push, sign_in, today, verify
from rounds.home.views.today import LIVE, PRESENCE, PUSH_KEY

__all__ = ["DOORS", "LIVE", "PRESENCE", "PUSH_KEY"]

DOORS = [
    *today.DOORS,
    *push.DOORS,
    *my.DOORS,
    *sign_in.DOORS,
    *verify.DOORS,
    *devices.DOORS,
]
