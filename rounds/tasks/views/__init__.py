"""The doors of tasks: for staff, and at home for patient and family."""

from rounds.tasks.views import my, staff

DOORS = [*staff.DOORS, *my.DOORS]
