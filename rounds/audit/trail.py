"""Writes the trail: a line per deed and per reading, in the deed's own transaction."""

import hashlib
from typing import Any

from rounds.audit.model import gather, write
from rounds.kernel.actor import Actor
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit

DONE, READ, DENIED = "done", "read", "denied"
PERIOD = {READ: "%Y-%m-%d", DENIED: "%Y-%m-%d %H:%M"}
"""What of the present (UTC) equal lines of a session share: the day, the minute."""

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
    actor: Actor | None = None,
) -> None:
    """Write a line of its own; it stands or falls with the unit's transaction.

    `count` says how many things one deed was done to, where naming each would keep them;
    `actor` who it turned out to be, where the unit's own is not signed in yet.
    Raises Unavailable where the line cannot be written, as `record_reading` does.
    """
    who = actor or unit.actor
    line = _line(unit, who, action, object_kind, object_id, patient, clinic, outcome)
    await write(unit.session, line | {"count": count})


async def record_reading(
    unit: Unit, action: str, object_kind: str, object_id: str | None, patient: str | None
) -> None:
    """Write that a person's record was read; equal readings of a session and day are one line."""
    line = _line(unit, unit.actor, action, object_kind, object_id, patient, None, READ)
    await unit.note(lambda own: _gather(own, line))


def record_denial(
    unit: Unit, action: str, object_kind: str, object_id: str | None, patient: str | None
) -> None:
    """Write a refusal in a transaction of its own; equal ones of a session and minute are one."""

    async def deed(own: Unit) -> None:
        line = _line(own, own.actor, action, object_kind, object_id, patient, None, DENIED)
        await _gather(own, line)

    unit.keep(deed)


async def _gather(unit: Unit, line: Line) -> None:
    period = unit.now.strftime(PERIOD[line["outcome"]])
    alike = ("session_hash", "actor_id", "action", "object_id", "outcome")
    parts = [*(line[name] for name in alike), period]
    together = hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()
    await gather(unit.session, line | {"together": together, "count": 1})


def _line(
    unit: Unit,
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: str | None,
    patient: str | None,
    clinic: str | None,
    outcome: str,
) -> Line:
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
