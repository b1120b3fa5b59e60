"""Words everybody shares: no HTTP, no medicine."""
