"""A clinic as pages show it to anybody: name, telephone, help in danger."""

from rounds.kernel.actor import SYSTEM
from rounds.kernel.unit import Units
from rounds.people.model import Clinic
from rounds.people.queries import clinics

Card = dict[str, object]


def clinic_card(clinic: Clinic) -> Card:
    """Return what a page may show of a clinic without knowing who looks."""
    return {
        "name": clinic.name,
        "phone": clinic.phone,
        "crisis": {"number": clinic.crisis_number, "text": clinic.crisis_text},
    }


async def only_card(units: Units) -> Card | None:
    """Return the card of the clinic where there is just one; whose page it is would be a guess."""
    async with units.reading(SYSTEM) as unit:
        known = await clinics(unit.session)
    return clinic_card(known[0]) if len(known) == 1 else None
