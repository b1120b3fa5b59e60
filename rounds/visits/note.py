"""The note of a visit: one text, saved with the revision it was written on."""

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, NotFound
from rounds.kernel.unit import Unit
from rounds.visits.console import open_visit
from rounds.visits.model import Visit
from rounds.visits.queries import visit_by_id

LONGEST_NOTE = 20_000


async def save_note(unit: Unit, visit_id: str, text: str, revision: int) -> Visit:
    """Save the note written on top of `revision`.

    Raises Conflict, with the text and revision that stand, when somebody saved meanwhile:
    the writer decides, nothing is lost. Saving what stands already changes nothing.
    """
    await open_visit(unit, visit_id, Action.NOTE_WRITE)
    visit = await visit_by_id(unit.session, visit_id)
    if visit is None:
        raise NotFound("There is nothing here for you.")
    if visit.note == text:
        return visit
    if visit.note_revision != revision:
        raise Conflict(
            "Somebody else saved this note while you were writing.",
            text=visit.note,
            revision=visit.note_revision,
        )
    visit.note = text
    visit.note_revision += 1
    visit.note_saved_at = unit.now
    visit.note_by = unit.actor.person
    await trail.record(unit, Action.NOTE_WRITE, "visit", visit.id, visit.patient_id)
    return visit
