"""The doors of a visit: for staff, and for those who come by a link."""

from rounds.visits.views import guest, lost, staff

DOORS = [*staff.DOORS, *lost.DOORS, *guest.DOORS]
