"""How long what people said about visits is kept.

Three months: by then whoever should act on somebody's words has, and the sums, which name nobody,
were made a week after the visit.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, select

from rounds.kernel.retention import Rule
from rounds.kernel.words import N_
from rounds.visits.experience_model import Experience

KEEPS_EXPERIENCES = timedelta(days=90)


def _experiences(clinic: str, before: datetime) -> Select[str]:
    # Counted first, always: what is not yet in the sums is kept until it is.
    return select(Experience.id).where(
        Experience.clinic_id == clinic,
        Experience.until < before,
        Experience.counted_at.is_not(None),
    )


RULES = (
    Rule(
        "experiences",
        N_("What people said about a visit after it"),
        N_("after they could last change it"),
        KEEPS_EXPERIENCES,
        Experience,
        _experiences,
    ),
)
