"""The doors of a visit: for staff, and for those who come by a link."""

from rounds.visits.views import booking, guest, plan, staff

DOORS = [*booking.DOORS, *plan.DOORS, *staff.DOORS, *guest.DOORS]
