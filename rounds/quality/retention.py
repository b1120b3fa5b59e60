"""How long figures of visits are kept: two years, to see a year beside the one before.

They name nobody. The sums of answers stay: fixed spans of months are shown of them (see `groups`),
and a span that changed later would tell single answers by the difference.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, select

from rounds.kernel.retention import Rule
from rounds.kernel.words import N_
from rounds.quality.model import VisitFigure

KEEPS_FIGURES = timedelta(days=2 * 366)


def _figures(clinic: str, before: datetime) -> Select[str]:
    return select(VisitFigure.id).where(
        VisitFigure.clinic_id == clinic, VisitFigure.week < before.date()
    )


RULES = (
    Rule(
        "visit_figures",
        N_("How the technology of visits was, without names"),
        N_("after the week of the visit"),
        KEEPS_FIGURES,
        VisitFigure,
        _figures,
    ),
)
