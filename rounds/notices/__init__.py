"""Outgoing messages: queued in the deed's transaction, sent, tried again, given up loudly."""
