"""Video visits for collaborative mental health care."""

__version__ = "0.1.0"
