"""How visits go, in numbers that name nobody: counted once a visit is over, read by all staff."""
