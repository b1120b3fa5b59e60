"""A clinic in one file: taken while the server runs, sealed, and restored into either database."""
