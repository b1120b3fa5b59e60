"""The doors of a visit: booked and planned, for staff, for guests, and for their answers."""

from rounds.visits.views import answers, booking, connection, guest, lost, plan, staff

DOORS = [
    *booking.DOORS,
    *plan.DOORS,
    *staff.DOORS,
    *connection.DOORS,
    *lost.DOORS,
    *guest.DOORS,
    *answers.DOORS,
]
