"""The doors of consent: at home for patients and family, and for the care team."""

DOORS: list = []
