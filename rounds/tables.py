"""Imports every model, so that the metadata is whole for migrations and tests."""

from rounds.accounts import model as accounts
from rounds.audit import model as audit
from rounds.chart import model as chart
from rounds.consent import model as consent
from rounds.kernel.database import Base
from rounds.notices import model as notices
from rounds.people import model as people
from rounds.rooms import model as rooms
from rounds.scheduling import model as scheduling
from rounds.visits import model as visits

__all__ = [
    "accounts",
    "audit",
    "chart",
    "consent",
    "metadata",
    "notices",
    "people",
    "rooms",
    "scheduling",
    "visits",
]

metadata = Base.metadata
