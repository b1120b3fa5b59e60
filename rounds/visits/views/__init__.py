"""The doors of a visit: for staff, and for those who come by a link."""

from rounds.visits.views import guest, staff

DOORS = [*staff.DOORS, *guest.DOORS]
