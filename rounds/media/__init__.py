"""Rooms, seats, tracks and packets; knows no patient."""
