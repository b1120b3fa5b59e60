"""Writes the trail: a line per deed and per reading, in the deed's own transaction."""

import hashlib
from typing import Any

from rounds.audit.model import AuditEntry, gathered
from rounds.kernel.actor import Actor
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit

DONE, READ, DENIED = "done", "read", "denied"

Line = dict[str, Any]


async def record(
    unit: Unit,
    action: str,
    object_kind: str,
    object_id: str | None = None,
    patient: str | None = None,
    clinic: str | None = None,
    outcome: str = DONE,
    count: int = 1,
) -> None:
    """Write a line of its own; it stands or falls with the unit's transaction.

    `count` says how many things one deed was done to, where naming each would keep them.
    """
    line = _line(unit, action, object_kind, object_id, patient, clinic, outcome)
    line["count"] = count
    unit.session.add(AuditEntry(**line))


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


async def _gather(unit: Unit, line: Line, period: str) -> None:
    alike = ("session_hash", "actor_id", "action", "object_id", "outcome")
    parts = [*(line[name] for name in alike), period]
    together = hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()
    values = line | {"together": together, "count": 1}
    await unit.session.execute(gathered(unit.session.get_bind().dialect.name, values))


def _line(
    unit: Unit,
    action: str,
    object_kind: str,
    object_id: str | None,
    patient: str | None,
    clinic: str | None,
    outcome: str,
) -> Line:
    actor = unit.actor
    return {
        "id": new_id(),
        "clinic_id": clinic or actor.clinic,
        "at": unit.now,
        "actor_kind": actor.kind,
        "actor_id": actor.person,
        "actor_role": actor.role,
        "session_hash": _session_hash(actor),
        "patient_id": patient,
        "action": action,
        "object_kind": object_kind,
        "object_id": object_id,
        "outcome": outcome,
        "request": unit.request,
    }


def _session_hash(actor: Actor) -> str | None:
    if actor.session is None:
        return None
    return hashlib.sha256(actor.session.encode()).hexdigest()[:16]
