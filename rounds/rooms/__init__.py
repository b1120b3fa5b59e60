"""A meeting place with seats, a waiting room and a lock."""
