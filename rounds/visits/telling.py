"""Writing to the people who wait from outside of the visit: a late clinician, a coordinator."""

from rounds.consent.actions import Action
from rounds.kernel.unit import Unit
from rounds.rooms.writing import Words, note
from rounds.visits.arranging import arranged


async def tell(unit: Unit, visit_id: str, seat: str | None, words: Words) -> None:
    """Write to one guest or to all who wait, now or later.

    Raises NotFound for whoever neither hosts the visit nor cares for the patient nor belongs to
    the office, and as `rooms.writing.note` does.
    """
    _, room = await arranged(unit, visit_id, Action.VISIT_TELL)
    await note(unit, room, seat, words)
