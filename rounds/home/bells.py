"""Rings for what no open page can hear: somebody at the door, a message that did not arrive."""

from datetime import timedelta

from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.unit import Units
from rounds.notices.events import NoticeGivenUp, NoticesTended, ReplyReceived
from rounds.notices.outbox import Message, queue_push
from rounds.notices.queries import subscriptions_of
from rounds.people.model import Person
from rounds.people.queries import staff
from rounds.rooms.events import CallAsked, GuestKnocked
from rounds.rooms.queries import seats_of
from rounds.web.live import Live

DESK = frozenset({Role.ADMIN, Role.COORDINATOR})
KNOCK_LASTS = timedelta(minutes=2)


class Bells:
    """Reactions that reach people of the staff wherever they are."""

    def __init__(self, units: Units, live: Live) -> None:
        """Queue with `units`; `live` knows whose page is open."""
        self._units = units
        self._live = live

    async def knocked(self, fact: GuestKnocked | CallAsked) -> None:
        """Ring the browsers of those who may admit and have no page open; never with a name.

        Who wants to be called waits as well.
        """
        async with self._units.reading(SYSTEM) as unit:
            seats = await seats_of(unit.session, fact.room)
            away = [
                seat.person_id
                for seat in seats
                if seat.may_admit
                and not self._live.is_heard(seat.person_id)
                and await subscriptions_of(unit.session, seat.person_id, unit.now)
            ]
        if not away:
            return
        async with self._units(SYSTEM) as unit:
            for id in away:
                person = await unit.session.get_one(Person, id)
                until = unit.now + KNOCK_LASTS
                await queue_push(
                    unit, person, Message("knock", {}, ("room", fact.room), None, until)
                )

    async def desk_changed(self, fact: NoticeGivenUp | NoticesTended | ReplyReceived) -> None:
        """Tell administrators and coordinators that messages need somebody, or no longer do."""
        async with self._units.reading(SYSTEM) as unit:
            known = await staff(unit.session, fact.clinic)
        for person, member in known:
            if member.role in DESK:
                await self._live.tell(person.id, "messages_changed", {})
