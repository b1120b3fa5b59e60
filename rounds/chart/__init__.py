"""Everything about one patient."""
