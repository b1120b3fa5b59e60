"""A visit: an appointment, its room, its links and its note."""
