"""The clinic set up and looked after: its people, hours, messages and trail."""
