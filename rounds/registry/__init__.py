"""Which patient of a caseload needs what next: rules over one episode, on one day."""
