"""How long a test waits for a state that no user is promised at a time."""

PATIENCE_MS = 60_000
"""On a machine that is busy a state comes later, and is as right."""
