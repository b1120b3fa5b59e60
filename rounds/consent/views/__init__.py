"""The doors of consent: at home for patients and family, and for the care team."""

from rounds.consent.views import home, staff

DOORS = [*home.DOORS, *staff.DOORS]
