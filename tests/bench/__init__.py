"""Benches: what the media plane promises, measured from outside by independent peers."""
