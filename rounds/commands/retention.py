"""rounds retention: count or delete what its time is over for, clinic by clinic."""

import json
from collections.abc import Mapping

from rounds.kernel.actor import SYSTEM
from rounds.kernel.config import Settings
from rounds.kernel.errors import Conflict, Invalid
from rounds.people.model import Clinic
from rounds.people.queries import clinics
from rounds.resources import Foundation, lay_foundation
from rounds.retention.rules import RULES, kept_days
from rounds.retention.running import count_over, delete_over


async def retention(settings: Settings, really: bool, as_json: bool) -> None:
    """Tell how many of each kind are over and, if `really`, delete them. Raises Conflict."""
    foundation = lay_foundation(settings)
    try:
        await _each_clinic(foundation, really, as_json)
    finally:
        await foundation.close()


async def _each_clinic(foundation: Foundation, really: bool, as_json: bool) -> None:
    async with foundation.units.reading(SYSTEM) as unit:
        known = list(await clinics(unit.session))
        counted = {clinic.id: await count_over(unit, clinic.id) for clinic in known}
    if not known:
        raise Invalid("There is no clinic in this database.")
    told, held = [], []
    for clinic in known:
        counts = counted[clinic.id]
        if really:
            try:
                counts = await delete_over(foundation.units, clinic.id)
            except Conflict as refusal:
                held.append(f"{clinic.name}: {refusal.message}")
                continue
        told.append({"clinic": clinic.name, "deleted": really, "counts": dict(counts)})
        if not as_json:
            print(_text(clinic, counts, really))
    if as_json:
        print(json.dumps(told, indent=2))
    if held:
        raise Conflict("\n".join(held))


def _text(clinic: Clinic, counts: Mapping[str, int], really: bool) -> str:
    verb = "deleted" if really else "would be deleted (dry run, nothing was)"
    lines = [f"{clinic.name}: {sum(counts.values())} {verb}"]
    lines += [
        f"  {counts[rule.kind]:>7}  {rule.name}, "
        + (f"{days} days {rule.begins}" if days else "kept for good")
        for rule in RULES
        for days in [kept_days(rule, clinic)]
    ]
    return "\n".join(lines)
