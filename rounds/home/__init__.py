"""Everything that waits for one person."""
