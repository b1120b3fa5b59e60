"""Questionnaires as data, and the exact arithmetic that turns answers into scores."""
