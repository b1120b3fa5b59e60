"""Glue to HTTP, Socket.IO and Jinja; knows no medicine."""
