"""Whether somebody still wants messages by e-mail and text."""

from rounds.consent.model import Purpose
from rounds.consent.queries import consents_of
from rounds.kernel.unit import Unit


async def wants_messages(unit: Unit, person: str) -> bool:
    """Say whether messages may go to a person: yes, until a patient takes that back.

    Before anybody asked them the clinic may write, as it may phone: a first link has to come.
    """
    given = [
        one for one in await consents_of(unit.session, person) if one.purpose == Purpose.MESSAGES
    ]
    return not given or any(one.holds(unit.now) for one in given)
