"""The doors of the clinic's numbers."""

from rounds.quality.views import visits, words

DOORS = [*visits.DOORS, *words.DOORS]
