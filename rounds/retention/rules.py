"""The one table of what is deleted when, in an order that leaves no reference behind."""

from rounds.accounts.retention import RULES as ACCOUNTS
from rounds.audit.retention import RULES as AUDIT
from rounds.careplan.retention import RULES as CAREPLAN
from rounds.chart.retention import RULES as CHART
from rounds.kernel.retention import Rule
from rounds.notices.retention import RULES as NOTICES
from rounds.people.clinic import record_time
from rounds.people.model import Clinic
from rounds.quality.retention import RULES as QUALITY
from rounds.rooms.retention import RULES as ROOMS
from rounds.visits.retention import RULES as VISITS

RULES: tuple[Rule, ...] = (
    *ROOMS,
    *VISITS,
    *CAREPLAN,
    *QUALITY,
    *ACCOUNTS,
    *NOTICES,
    *CHART,
    *AUDIT,
)


def kept_days(rule: Rule, clinic: Clinic) -> int | None:
    """Return how many days a clinic keeps a kind, None where it never goes by itself."""
    if not rule.by_clinic:
        return rule.keeps.days
    return record_time(clinic.record_years).days if clinic.record_years else None
