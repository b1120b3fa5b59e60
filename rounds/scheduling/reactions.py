"""Tells pages of the staff that the schedule changed."""

from rounds.kernel.actor import SYSTEM
from rounds.kernel.unit import Units
from rounds.people.queries import staff
from rounds.scheduling.events import ScheduleChanged
from rounds.web.live import Live


class ScheduleReactions:
    """Rings everybody of the clinic; what changed their pages ask for themselves."""

    def __init__(self, units: Units, live: Live) -> None:
        """Find the staff with `units`, ring with `live`."""
        self._units = units
        self._live = live

    async def changed(self, fact: ScheduleChanged) -> None:
        """Ring the whole staff: who is on call is everybody's business."""
        async with self._units.reading(SYSTEM) as unit:
            people = [person.id for person, _ in await staff(unit.session, fact.clinic)]
        for person in people:
            await self._live.tell(person, "schedule_changed", {})
