"""How long things are kept: the table of all rules, the nightly run, and what it deleted."""
