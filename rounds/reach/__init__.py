"""Whether people get through to this server, tried step by step as their browsers would."""
