"""How long the trail is kept: six years (45 CFR 164.316(b)(2)(i)), then line by line no more.

The seals stay: they hold hashes alone, and the chain over what is left can still be followed.
Lines of strangers that belong to no clinic name nobody and stay as well.
"""

from datetime import datetime

from sqlalchemy import Select, select

from rounds.audit.chain import KEPT
from rounds.audit.model import AuditEntry
from rounds.kernel.retention import Rule
from rounds.kernel.words import N_


def _lines(clinic: str, before: datetime) -> Select[str]:
    return select(AuditEntry.id).where(AuditEntry.clinic_id == clinic, AuditEntry.at < before)


RULES = (
    Rule(
        "audit_entries",
        N_("Trail: who did, read or was refused what"),
        N_("after it was written"),
        KEPT,
        AuditEntry,
        _lines,
    ),
)
