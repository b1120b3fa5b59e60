"""Finding accounts, sessions, invitations and devices."""
