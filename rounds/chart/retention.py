"""How long a caseload sheet is remembered with everything read from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from rounds.chart.model import CaseloadImport, Stage, without_rows
from rounds.kernel.retention import Rule
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_


def _sheets(clinic: str, before: datetime) -> Select[str]:
    return select(CaseloadImport.id).where(
        CaseloadImport.clinic_id == clinic,
        CaseloadImport.stage != Stage.ENTERING,
        CaseloadImport.made_at < before,
    )


async def _empty(unit: Unit, sheets: Sequence[str]) -> None:
    await unit.session.execute(without_rows(sheets))


RULES = (
    Rule(
        "caseload_sheets",
        N_("Caseload sheets: every row as it was brought"),
        N_("after they were brought"),
        timedelta(days=7),
        CaseloadImport,
        _sheets,
        _empty,
    ),
)
