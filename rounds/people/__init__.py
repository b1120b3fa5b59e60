"""People of the clinic and of its patients."""
