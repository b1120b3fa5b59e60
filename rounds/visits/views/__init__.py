"""The doors of a visit: booked and planned, for staff, for guests, and for their answers."""

from rounds.visits.views import (
    agreed,
    answers,
    arriving,
    booking,
    closing,
    connection,
    door,
    experience,
    guest,
    guest_plan,
    lost,
    plan,
    self_test,
    staff,
)

PASSES = arriving.PASSES

DOORS = [
    *booking.DOORS,
    *plan.DOORS,
    *self_test.DOORS,
    *staff.DOORS,
    *closing.DOORS,
    *connection.DOORS,
    *door.DOORS,
    *lost.DOORS,
    *arriving.DOORS,
    *guest.DOORS,
    *guest_plan.DOORS,
    *agreed.DOORS,
    *experience.DOORS,
    *answers.DOORS,
]
