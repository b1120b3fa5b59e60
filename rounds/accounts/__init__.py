"""Accounts, sessions and personal links: how somebody becomes an actor."""
