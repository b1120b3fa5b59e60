"""Who may do what to whom: one function asked by every rule."""
