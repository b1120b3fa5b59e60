"""A run: every rule of one clinic, in small transactions, each with its line in the trail."""

from collections.abc import Mapping, Sequence

from rounds.audit import trail
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Conflict
from rounds.kernel.ids import new_id
from rounds.kernel.retention import Rule
from rounds.kernel.unit import Unit, Units
from rounds.people.model import Clinic
from rounds.retention.queries import DELETED, RUN
from rounds.retention.rules import RULES

ON_HOLD = "This clinic is on hold: nothing of it is deleted until an administrator lifts it."


async def count_over(unit: Unit, clinic: str) -> Mapping[str, int]:
    """Return how many of each kind are over now; nothing is deleted (dry run)."""
    return {rule.kind: await rule.count(unit, clinic) for rule in RULES}


async def delete_over(
    units: Units, clinic: str, rules: Sequence[Rule] = RULES
) -> Mapping[str, int]:
    """Delete what is over; return how many of each kind.

    Raises Conflict when the clinic is on hold, also when it was put on hold meanwhile: what was
    deleted until then stands in the trail.
    """
    run = new_id()
    deleted = {rule.kind: 0 for rule in rules}
    for rule in rules:
        count = rule.most
        while count == rule.most:
            count = await _delete_some(units, clinic, rule, run)
            deleted[rule.kind] += count
    async with units(SYSTEM, run) as unit:
        total = sum(deleted.values())
        await trail.record(unit, RUN, "clinic", clinic, clinic=clinic, count=total)
    return deleted


async def _delete_some(units: Units, clinic: str, rule: Rule, run: str) -> int:
    async with units(SYSTEM, run) as unit:
        # Read again in every transaction, and locked: a hold counts from the moment it is set,
        # and of two runs at once each counts what it deleted itself.
        row = await unit.session.get_one(Clinic, clinic, with_for_update={"key_share": True})
        if row.on_hold_since is not None:
            raise Conflict(ON_HOLD)
        count = await rule.delete(unit, clinic)
        if count:
            await trail.record(unit, DELETED, rule.kind, clinic=clinic, count=count)
        return count
