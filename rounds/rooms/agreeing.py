"""Whether a guest may take part: by the patient's consent, or by their yes in this visit."""

from rounds.consent.model import Scope
from rounds.consent.relations import tie_of
from rounds.kernel.actor import Role
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.rooms.model import Room, Seat

NOT_AGREED = N_(
    "The patient has not agreed yet that this person takes part. Please ask them first."
)


async def may_take_part(unit: Unit, room: Room, seat: Seat) -> bool:
    """Tell whether the patient wants this guest in the visit (features.md, J25).

    The patient and staff need nobody's leave. A relative needs a consent that holds and opens
    the visits, or a yes that a clinician heard in this visit; being kept out wins over both.
    """
    if seat.role != Role.RELATIVE:
        return True
    tie = await tie_of(unit.session, room.patient_id, seat.person_id, unit.now)
    return not tie.excluded and (seat.agreed_at is not None or Scope.VISITS in tie.scopes)
