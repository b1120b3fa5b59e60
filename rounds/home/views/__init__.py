"""The doors of what waits for one person: the day, and notes while its page is closed."""

from rounds.home.views import push, today
from rounds.home.views.today import PRESENCE, PUSH_KEY

__all__ = ["DOORS", "PRESENCE", "PUSH_KEY"]

DOORS = [*today.DOORS, *push.DOORS]
