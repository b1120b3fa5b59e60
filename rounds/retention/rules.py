"""The one table of what is deleted when, in an order that leaves no reference behind."""

from rounds.accounts.retention import RULES as ACCOUNTS
from rounds.audit.retention import RULES as AUDIT
from rounds.chart.retention import RULES as CHART
from rounds.kernel.retention import Rule
from rounds.notices.retention import RULES as NOTICES
from rounds.quality.retention import RULES as QUALITY
from rounds.rooms.retention import RULES as ROOMS
from rounds.visits.retention import RULES as VISITS

RULES: tuple[Rule, ...] = (
    *ROOMS,
    *VISITS,
    *QUALITY,
    *ACCOUNTS,
    *NOTICES,
    *CHART,
    *AUDIT,
)
