"""The doors of tasks: for staff, and at home for patient and family."""

from rounds.tasks.views import my, staff
from rounds.tasks.views.keys import ENTRIES as ENTRIES

DOORS = [*staff.DOORS, *my.DOORS]
