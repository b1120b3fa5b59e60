"""The doors of the schedule: the week, hours, the on-call list."""

from rounds.scheduling.views import holidays, hours, on_call, week

DOORS = [*week.DOORS, *hours.DOORS, *holidays.DOORS, *on_call.DOORS]
