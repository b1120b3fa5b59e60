"""Imports every model, so that the metadata is whole for migrations and tests."""

from rounds.accounts import model as accounts
from rounds.audit import model as audit
from rounds.careplan import model as careplan
from rounds.careplan import template_model as plan_templates
from rounds.careplan import version_model as plan_versions
from rounds.chart import model as chart
from rounds.consent import model as consent
from rounds.kernel.database import Base
from rounds.notices import model as notices
from rounds.people import model as people
from rounds.quality import model as quality
from rounds.rooms import arrivals_model as arrivals
from rounds.rooms import model as rooms
from rounds.rooms import records_model as records
from rounds.scheduling import model as scheduling
from rounds.tasks import model as tasks
from rounds.visits import closing_model as closing
from rounds.visits import experience_model as experiences
from rounds.visits import model as visits

__all__ = [
    "accounts",
    "arrivals",
    "audit",
    "careplan",
    "chart",
    "closing",
    "consent",
    "experiences",
    "metadata",
    "notices",
    "people",
    "plan_templates",
    "plan_versions",
    "quality",
    "records",
    "rooms",
    "scheduling",
    "tasks",
    "visits",
]

metadata = Base.metadata
