"""The packet loop in C: the common case of the same forwarding, behind the same classes."""
