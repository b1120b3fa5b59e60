"""Writes the trail: a line per deed and per reading, in the deed's own transaction."""

import hashlib

from rounds.audit.model import AuditEntry
from rounds.audit.queries import entry_together
from rounds.kernel.actor import Actor
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit

DONE, READ, DENIED = "done", "read", "denied"


async def record(
    unit: Unit,
    action: str,
    object_kind: str,
    object_id: str | None = None,
    patient: str | None = None,
    clinic: str | None = None,
    outcome: str = DONE,
) -> None:
    """Write a line of its own; it stands or falls with the unit's transaction."""
    unit.session.add(_line(unit, action, object_kind, object_id, patient, clinic, outcome))


async def record_reading(
    unit: Unit, action: str, object_kind: str, object_id: str | None, patient: str | None
) -> None:
    """Write that a person's record was read; equal readings of a session and day are one line."""
    line = _line(unit, action, object_kind, object_id, patient, None, READ)
    await _gather(unit, line, unit.now.strftime("%Y-%m-%d"))


def record_denial(
    unit: Unit, action: str, object_kind: str, object_id: str | None, patient: str | None
) -> None:
    """Write a refusal in a transaction of its own; equal ones of a session and minute are one."""

    async def deed(own: Unit) -> None:
        line = _line(own, action, object_kind, object_id, patient, None, DENIED)
        await _gather(own, line, own.now.strftime("%Y-%m-%d %H:%M"))

    unit.keep(deed)


async def _gather(unit: Unit, line: AuditEntry, period: str) -> None:
    parts = (line.session_hash, line.actor_id, line.action, line.object_id, line.outcome, period)
    together = hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()
    known = await entry_together(unit.session, together)
    if known is None:
        line.together = together
        unit.session.add(line)
        await unit.session.flush()
    else:
        known.count += 1


def _line(
    unit: Unit,
    action: str,
    object_kind: str,
    object_id: str | None,
    patient: str | None,
    clinic: str | None,
    outcome: str,
) -> AuditEntry:
    actor = unit.actor
    return AuditEntry(
        id=new_id(),
        clinic_id=clinic or actor.clinic,
        at=unit.now,
        actor_kind=actor.kind,
        actor_id=actor.person,
        actor_role=actor.role,
        session_hash=_session_hash(actor),
        patient_id=patient,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        outcome=outcome,
        request=unit.request,
    )


def _session_hash(actor: Actor) -> str | None:
    if actor.session is None:
        return None
    return hashlib.sha256(actor.session.encode()).hexdigest()[:16]
