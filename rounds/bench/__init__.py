"""Loads the media engine of this machine and says how much it carries."""
