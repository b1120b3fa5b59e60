"""Sends what waits: takes it, lets it go outside of any transaction, notes what became of it.

Two senders, in one process or in several, never take the same message: taking it lets it rest
for longer than any try lasts. A crash after a message went out and before that was noted sends
it a second time when the rest is over; no crash loses one.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rounds.kernel.actor import SYSTEM
from rounds.kernel.logs import get_logger
from rounds.kernel.unit import Deed, Unit, Units
from rounds.notices import parcel as why
from rounds.notices.events import NoticeGivenUp, NoticeQueued
from rounds.notices.model import Channel, Notice, NoticeState
from rounds.notices.outbox import CHANNEL, forgotten, take_back
from rounds.notices.parcel import Browser, Carrier, Parcel, Undelivered
from rounds.notices.queries import (
    due_notices,
    notice_by_id,
    something_is_due,
    subscriptions_of,
)
from rounds.notices.subscriptions import end_subscriptions
from rounds.notices.texts import NoText, Texts
from rounds.people.model import Clinic, ContactPoint, Person, System
from rounds.people.queries import contact_points

log = get_logger(__name__)

BATCH = 20
POLL_SECONDS = 5.0
TRY_SECONDS = 60.0
REST = timedelta(minutes=2)
"""Longer than a try may take; afterwards its sender is taken for dead."""

PAUSES = tuple(timedelta(seconds=one) for one in (10, 60, 5 * 60, 30 * 60, 2 * 3600))
GIVES_UP_AFTER = timedelta(hours=24)

Objection = Callable[[Unit, Notice], Awaitable[str | None]]
"""Says why a message must not go out after all, or nothing."""


class _Withheld(Exception):
    """It must not go out; nobody need be told, the message's own line says why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that this sender may send now, with what writing it needs."""

    row: Notice
    person: Person
    clinic: Clinic
    to: str
    carrier: Carrier
    keeps: bool
    browsers: Sequence[Browser]
    seconds: int


class Sender:
    """The background loop of outgoing messages."""

    def __init__(
        self,
        units: Units,
        texts: Texts,
        carriers: Mapping[Channel, Carrier],
        objection: Objection,
        shown: Carrier | None = None,
    ) -> None:
        """Send by `carriers`; `shown` stands in for missing ones in a demo clinic."""
        self._units = units
        self._texts = texts
        self._carriers = carriers
        self._objection = objection
        self._shown = shown
        self._woken = asyncio.Event()
        self._noting = asyncio.Lock()
        self._results: list[Deed] = []

    async def run(self) -> None:
        """Send whatever becomes due, for ever."""
        while True:
            self._woken.clear()
            await self.send_due()
            # Other processes queue as well, and time makes things due without a word.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)

    async def wake(self, _: NoticeQueued) -> None:
        """Look at once: something was queued."""
        self._woken.set()

    async def send_due(self) -> None:
        """Send everything that is due now."""
        while await self._something_is_due():
            batch = await self._take()
            results = await asyncio.gather(
                *(self._deliver(one) for one in batch), return_exceptions=True
            )
            for one, result in zip(batch, results, strict=True):
                if isinstance(result, Exception):
                    # A template or a library that fails must not hold up the others.
                    log.error("notice_failed", kind=one.row.kind, exc_info=result)
                    await self._failed(one, Undelivered(why.OUR_FAULT))

    async def _something_is_due(self) -> bool:
        async with self._units.reading(SYSTEM) as unit:
            return await something_is_due(unit.session, unit.now)

    async def _take(self) -> list[Taken]:
        found = []
        async with self._units(SYSTEM) as unit:
            for row in await due_notices(unit.session, unit.now, BATCH):
                try:
                    found.append(await self._ready(unit, row))
                except _Withheld as reason:
                    take_back(row, reason.words)
                except Undelivered as fault:
                    give_up(unit, row, fault.words)
        return found

    async def _ready(self, unit: Unit, row: Notice) -> Taken:
        """Let a message rest for us to send it. Raises _Withheld or Undelivered if it may not."""
        if row.expires_at is not None and row.expires_at <= unit.now:
            raise Undelivered(why.TOO_LATE)
        objection = await self._objection(unit, row)
        if objection is not None:
            raise _Withheld(objection)
        person = await unit.session.get_one(Person, row.person_id)
        clinic = await unit.session.get_one(Clinic, row.clinic_id)
        shown = self._shown if clinic.is_demo else None
        if row.channel not in self._carriers and shown is None:
            await self._go_another_way(unit, row)
        to, browsers = await _address(unit, row)
        carrier = self._carriers.get(Channel(row.channel))
        chosen = carrier or shown
        if chosen is None:
            raise Undelivered(why.NO_SMS if row.channel == Channel.SMS else why.NO_EMAIL)
        row.rests_until = unit.now + REST
        row.tries += 1
        lasts = (row.expires_at - unit.now if row.expires_at else GIVES_UP_AFTER).total_seconds()
        seconds = max(1, int(lasts))
        return Taken(row, person, clinic, to, chosen, carrier is None, browsers, seconds)

    async def _go_another_way(self, unit: Unit, row: Notice) -> None:
        """Take another address of the person, where its sender said that any will do."""
        if not json.loads(row.values).get("any_way"):
            return
        known = await contact_points(unit.session, row.person_id)
        for one in sorted(known, key=lambda contact: contact.verified_at is None):
            channel = CHANNEL[System(one.system)]
            if channel in self._carriers:
                row.channel, row.contact_id = channel, one.id
                return

    async def _deliver(self, one: Taken) -> None:
        try:
            text = self._texts.write(one.row, one.person, one.clinic)
            name = one.clinic.name
            parcel = Parcel(one.row.id, name, one.to, text, one.browsers, one.seconds)
            async with asyncio.timeout(TRY_SECONDS):
                ended = await one.carrier.send(parcel)
        except NoText:
            await self._failed(one, Undelivered(why.NO_TEXT, for_good=True))
        except Undelivered as fault:
            await self._failed(one, fault)
        except TimeoutError:
            await self._failed(one, Undelivered(why.UNREACHABLE))
        else:
            await self._sent(one, ended)

    async def _sent(self, one: Taken, ended: Sequence[str]) -> None:
        async def note(unit: Unit) -> None:
            await end_subscriptions(unit, ended)
            row = await notice_by_id(unit.session, one.row.id)
            if row is None:
                return
            # Even if it was taken back meanwhile: it went out, and that is what is told.
            row.state, row.sent_at, row.fault = NoticeState.SENT, unit.now, ""
            row.rests_until = None
            if not one.keeps:
                row.values = forgotten(row.values)

        await self._note(note)

    async def _failed(self, one: Taken, fault: Undelivered) -> None:
        async def note(unit: Unit) -> None:
            await end_subscriptions(unit, fault.ended)
            row = await notice_by_id(unit.session, one.row.id)
            if row is None or row.state != NoticeState.WAITING or row.tries != one.row.tries:
                return
            again = unit.now + PAUSES[min(row.tries, len(PAUSES)) - 1]
            last = row.due_at + GIVES_UP_AFTER
            if row.expires_at is not None:
                last = min(last, row.expires_at)
            if fault.for_good or again >= last:
                give_up(unit, row, fault.words)
            else:
                row.fault, row.rests_until = fault.words, again

        await self._note(note)

    async def _note(self, result: Deed) -> None:
        """Note what became of a message, together with the others that are ready by now.

        Each that comes alone is noted at once; while one commit lasts, the next gather.
        """
        self._results.append(result)
        async with self._noting:
            ready, self._results = self._results, []
            if ready:
                async with self._units(SYSTEM) as unit:
                    for one in ready:
                        await one(unit)


async def _address(unit: Unit, row: Notice) -> tuple[str, list[Browser]]:
    if row.channel == Channel.PUSH:
        known = await subscriptions_of(unit.session, row.person_id, unit.now)
        if not known:
            raise _Withheld(why.NO_BROWSER)
        return "", [Browser(one.id, one.endpoint, one.key, one.secret) for one in known]
    contact = await unit.session.get(ContactPoint, row.contact_id) if row.contact_id else None
    if contact is None or contact.removed_at is not None:
        raise Undelivered(why.NO_ADDRESS)
    return contact.value, []


def give_up(unit: Unit, row: Notice, words: str) -> None:
    """Note that a message will not go out, and say so to the clinic.

    What it says is kept, so that it can be tried again, unless that would come too late.
    """
    row.state, row.fault, row.rests_until = NoticeState.GIVEN_UP, words, None
    if row.expires_at is not None and row.expires_at <= unit.now:
        row.values = forgotten(row.values)
    log.warning("notice_given_up", kind=row.kind)
    if row.channel != Channel.PUSH:
        unit.tell(NoticeGivenUp(row.id, row.clinic_id))
