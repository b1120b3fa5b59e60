"""Imports every model, so that the metadata is whole for migrations and tests."""

from rounds.accounts import model as accounts
from rounds.audit import model as audit
from rounds.kernel.database import Base
from rounds.people import model as people
from rounds.rooms import model as rooms
from rounds.visits import model as visits

__all__ = ["accounts", "audit", "metadata", "people", "rooms", "visits"]

metadata = Base.metadata
