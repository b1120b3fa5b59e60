"""The doors of a visit: for staff, for those who come by a link, and for their answers."""

from rounds.visits.views import answers, guest, lost, staff

DOORS = [*staff.DOORS, *lost.DOORS, *guest.DOORS, *answers.DOORS]
