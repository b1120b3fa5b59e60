"""The care plan of a patient, written live by everybody who has a right to it."""
