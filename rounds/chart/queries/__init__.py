"""Finding what the pages about patients show."""
