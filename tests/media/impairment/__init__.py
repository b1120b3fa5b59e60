"""Bad lines for tests, made without privileges: seeded losses, delays and queues."""
