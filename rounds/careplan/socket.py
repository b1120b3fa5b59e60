"""Namespace /careplan: the sections of one plan, written live by everybody who has a right to it.

Rights are asked when a page comes and again with every fact that could change them; meanwhile each
update and command looks up what was answered. Between such a fact and the new answer nothing is
told and nothing taken.
"""

import asyncio
from typing import Any, Protocol

from rounds.accounts.events import SessionLocked, SessionUnlocked
from rounds.audit import trail
from rounds.careplan.carrying import Carrier
from rounds.careplan.events import PlanEditDecided
from rounds.careplan.kinds import SHAPES
from rounds.careplan.log import PlanLog
from rounds.careplan.opener import Opener, stored
from rounds.careplan.opening import admitted, open_plan
from rounds.careplan.origins import came_values, follow
from rounds.careplan.page import Opened, Page, Plan
from rounds.careplan.pages import Pages
from rounds.careplan.picture import texts_hash
from rounds.careplan.places import Places
from rounds.careplan.queries import sections_of
from rounds.careplan.rates import Rates
from rounds.careplan.refusals import refusal_of
from rounds.careplan.rights import Right, check_command
from rounds.careplan.sent import (
    Check,
    Closing,
    Deed,
    Open,
    Section,
    Spot,
    Update,
    Wish,
    read_bytes,
    reason_in,
)
from rounds.careplan.telling import NAMESPACE, Teller
from rounds.consent.actions import Action
from rounds.kernel.clock import Clock
from rounds.kernel.errors import NotFound, Refusal, Unavailable
from rounds.kernel.ids import is_id, new_id
from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.kernel.unit import Units
from rounds.people.events import PersonChanged
from rounds.sync import commands
from rounds.sync.hub import Hub
from rounds.sync.refused import Refused
from rounds.web.languages import Languages
from rounds.web.namespace import Connection, Identify, Namespace, Nothing, Refresh, event

log = get_logger(__name__)

Told = dict[str, Any]

UPDATES_PER_SECOND, UPDATE_BURST = 30.0, 120.0
"""Updates and commands of one person in one section."""
OPENS_PER_SECOND, OPEN_BURST = 2.0, 20.0
"""What is costly: openings and comparisons of one person."""
MOVES_PER_SECOND, MOVE_BURST = 10.0, 20.0
WATCH = 0.25
NOTHING_HERE = "There is nothing here for you."


class OfPatient(Protocol):
    """A fact about one patient."""

    @property
    def patient(self) -> str:
        """Whose record it is about."""


class OfRoom(Protocol):
    """A fact about one room."""

    @property
    def room(self) -> str:
        """Where it happened."""


class CarePlanNamespace(Namespace):
    """One connection is one page of one plan."""

    enter_action = Action.PLAN_OPEN
    events_per_second = 400.0
    burst = 1000.0

    def __init__(
        self,
        units: Units,
        languages: Languages,
        identify: Identify,
        refresh: Refresh,
        tasks: Tasks,
        clock: Clock,
    ) -> None:
        """Serve plans; `begin` opens the log."""
        super().__init__(NAMESPACE, units, languages, identify, refresh)
        self._tasks = tasks
        self._clock = clock
        self.hub: Hub
        self._opener: Opener
        self._carrier: Carrier
        self._teller = Teller(lambda: self.server)
        self._places = Places(self._teller)
        self.pages = Pages(self, units, languages, self._teller, self._places, lambda: self._opener)
        self._updates = Rates(UPDATES_PER_SECOND, UPDATE_BURST)
        self._opens = Rates(OPENS_PER_SECOND, OPEN_BURST)
        self._moves = Rates(MOVES_PER_SECOND, MOVE_BURST)

    def begin(self) -> None:
        """Begin to serve; the loop runs."""
        self.hub = Hub(
            PlanLog(self._units),
            SHAPES,
            self._tasks,
            self._clock,
            self._teller.tell,
            self._teller.reset,
        )
        self._opener = Opener(self.hub, self._teller)
        self._carrier = Carrier(self._units, self.hub)
        self._tasks.start("plan_watch", self._watch)
        self._tasks.start("plan_edits", self._carrier.run)

    async def end(self) -> None:
        """Wait for what is not on the disk yet."""
        await self.hub.stop()

    async def enter(self, sid: str, connection: Connection, auth: Told) -> None:
        """Let in who may open the plan of the patient named; it begins with that."""
        patient = str(auth.get("patient"))
        turn = self.pages.turn
        async with self._units(connection.actor, new_id()) as unit:
            try:
                opened = await open_plan(unit, patient if is_id(patient) else new_id())
            finally:
                connection.asked |= unit.asked
            sections = await sections_of(unit.session, opened.plan.id)
            await trail.record_reading(
                unit, Action.PLAN_OPEN, "plan", opened.plan.id, opened.patient.person_id
            )
        if sid not in self.connections:
            return
        plan = Plan(
            opened.plan.id, opened.patient.person_id, {one.kind: one.id for one in sections}
        )
        page = self.pages.add(sid, plan, connection.actor, opened.rights, _now())
        if turn != self.pages.turn:
            await self.pages.renew([page])
        await self.pages.introduce(page.plan, [page.person], coming=page)

    async def left(self, sid: str, connection: Connection) -> None:
        """Close what the page had open."""
        page = self.pages.remove(sid)
        if page is not None:
            for kind in list(page.opened):
                self._opener.shut(page, kind)

    async def close_ended(self) -> None:
        """End the pages of sessions that ran out, and ask anew for rights that were read long ago.

        An agreement can end by its date, which no fact tells of.
        """
        await super().close_ended()
        await self.pages.renew_old()

    async def record_changed(self, fact: OfPatient) -> None:
        """Ask anew for everybody's rights in a patient's plan."""
        await self.pages.changed(fact.patient)

    async def edit_decided(self, fact: PlanEditDecided) -> None:
        """Carry out what a rule left."""
        await self._carrier.wake(fact)

    async def person_changed(self, fact: PersonChanged) -> None:
        """Ask anew for a person's rights and name."""
        await self.pages.person_changed(fact.person)

    async def room_changed(self, fact: OfRoom) -> None:
        """Ask anew for the rights of guests in a room."""
        await self.pages.room_changed(fact.room)

    async def lock_changed(self, fact: SessionLocked | SessionUnlocked) -> None:
        """Tell the pages of a session nothing while its screen is locked."""
        await self.pages.locked(fact.session, isinstance(fact, SessionLocked))

    @event("open", Action.PLAN_OPEN, Open)
    async def open(self, sid: str, told: Open) -> Told:
        """Open sections; what may not be read is absent, as if it were not there."""
        page = await self._ready(sid)
        if not self._opens.take(page.person, _now()):
            raise refusal_of(Refused("too_fast"), retry_after=1)
        wishes = told.sections or [
            Wish(kind=kind, client=told.clients[kind])
            for kind in page.rights
            if kind in told.clients
        ]
        hidden = [one.kind for one in wishes if page.right(one.kind) < Right.VIEW]
        if hidden:
            await self._note_denial(sid, page, *hidden)
        sections = await self._opener.open(page, wishes)
        await self._ready(sid)
        people = {page.person for page in page.plan.pages} | _people_in(sections)
        now = self._clock.now().isoformat()
        return {
            "plan": page.plan.id,
            "page": page.id,
            "now": now,
            "sections": sections,
            "people": await self.pages.people(page, people),
            "places": self._places.seen_by(page),
        }

    @event("update", Action.PLAN_OPEN, Update)
    async def update(self, sid: str, told: Update) -> Told:
        """Take a change of texts; the answer says that it is on the disk."""
        page, opened = await self._opened(sid, told.section)
        try:
            self._take(page, told.section)
            data = read_bytes(told.update)
            if page.right(opened.kind) < Right.EDIT:
                raise Refused("forbidden")
            return await stored(
                lambda settle: self.hub.write(opened.live, opened, page.person, data, settle)
            )
        except Refused as refused:
            raise await self._refusal(sid, opened, refused) from None

    @event("command", Action.PLAN_OPEN, Deed)
    async def command(self, sid: str, told: Deed) -> Told:
        """Do a command, once; the answer says that it is on the disk."""
        page, opened = await self._opened(sid, told.section)
        try:
            self._take(page, told.section)
            command = commands.read(told.model_dump(exclude={"section"}))
            live = opened.live
            if live.done_as(command.id) is None:
                check_command(page.right(opened.kind), command, page.person, live.items)
            return await stored(lambda settle: self.hub.command(live, page.person, command, settle))
        except Refused as refused:
            raise await self._refusal(sid, opened, refused) from None

    @event("lock", Action.PLAN_SIGN, Closing)
    async def lock(self, sid: str, told: Closing) -> Told:
        """Let nobody write in a section until it is opened again, for a reason if one is told."""
        return await self._lock(sid, told.section, told)

    @event("unlock", Action.PLAN_SIGN, Section)
    async def unlock(self, sid: str, told: Section) -> Told:
        """Let people write in a section again."""
        return await self._lock(sid, told.section)

    @event("place", Action.PLAN_OPEN, Spot)
    async def place(self, sid: str, told: Spot) -> None:
        """Note where the page's owner is; more than ten times a second is not looked at."""
        page = await self._ready(sid)
        if self._moves.take(page, _now()):
            if told.section:
                await self._check_readable(sid, page, told.section)
            try:
                self._places.move(page, told)
            except Refused as refused:
                raise refusal_of(refused) from None

    @event("check", Action.PLAN_OPEN, Check)
    async def check(self, sid: str, told: Check) -> Told:
        """Say whether the page's texts are the server's; nothing when it is behind or ahead."""
        page, opened = await self._opened(sid, told.section)
        if not self._opens.take(page.person, _now()):
            raise refusal_of(Refused("too_fast"), retry_after=1)
        live = opened.live
        if live.lost or opened.missed or live.seq != told.seq:
            return {"same": None}
        same = texts_hash(live) == told.hash
        if not same:
            log.error("plan_copies_differ", section=live.id, seq=live.seq)
        return {"same": same}

    @event("origins", Action.PLAN_OPEN)
    async def origins(self, sid: str, _: Nothing) -> Told:
        """Say where entries of the sections that the page has open came from, as it may know."""
        page = await self._ready(sid)
        if not self._opens.take(page.person, _now()):
            raise refusal_of(Refused("too_fast"), retry_after=1)
        codes = {
            item.values.get("origin")
            for opened in page.opened.values()
            if page.right(opened.kind) >= Right.VIEW
            for item in opened.live.items.all.values()
        }
        async with self.reading(sid) as unit:
            found = await follow(unit, page.plan.patient, codes)
        translate = self._languages.translator(self._connection(sid).actor.language)
        return {"origins": came_values(found, translate)}

    @event("close", Action.PLAN_OPEN, Section)
    async def close_section(self, sid: str, told: Section) -> None:
        """Tell the page nothing more of a section."""
        page = await self._ready(sid)
        self._opener.shut(page, told.section)

    async def _ready(self, sid: str) -> Page:
        """Return a page whose rights are known. Raises NotFound, or Unavailable while locked."""
        page = self.pages.of(sid)
        if page is not None and page.stale:
            await self.pages.renew([page])
            page = self.pages.of(sid)
        if page is None or not page.rights:
            raise NotFound(NOTHING_HERE)
        if page.asleep:
            raise Unavailable("The screen is locked.", retry_after=2, locked=True)
        self._connection(sid).asked.add(Action.PLAN_OPEN)
        return page

    async def _opened(self, sid: str, kind: str) -> tuple[Page, Opened]:
        """Return a section the page has open; one that may not be read is not there."""
        page = await self._ready(sid)
        await self._check_readable(sid, page, kind)
        opened = page.opened.get(kind)
        if opened is None:
            raise refusal_of(Refused("not_open"))
        return page, opened

    async def _check_readable(self, sid: str, page: Page, kind: str) -> None:
        if page.right(kind) < Right.VIEW:
            await self._note_denial(sid, page, kind)
            raise NotFound(NOTHING_HERE)

    async def _lock(self, sid: str, kind: str, closing: Closing | None = None) -> Told:
        page, opened = await self._opened(sid, kind)
        async with self.reading(sid) as unit:
            await admitted(unit, page.plan.patient, Action.PLAN_SIGN)
        try:
            self._take(page, kind)
            if page.right(kind) < Right.EDIT:
                raise Refused("forbidden")
            reason = reason_in(closing) if closing else ""
            locked = closing is not None
            return await stored(
                lambda settle: self.hub.lock(opened.live, page.person, locked, settle, reason)
            )
        except Refused as refused:
            raise await self._refusal(sid, opened, refused) from None

    def _take(self, page: Page, kind: str) -> None:
        if not self._updates.take((page.person, page.plan.sections[kind]), _now()):
            raise Refused("too_fast")

    async def _refusal(self, sid: str, opened: Opened, refused: Refused) -> Refusal:
        details: Told = {}
        if refused.code == "forbidden":
            await self._note_denial(sid, opened.page, opened.kind)
        elif refused.code == "too_fast":
            details["retry_after"] = 1
        elif refused.code == "storage":
            details["retry_after"] = 5
        return refusal_of(refused, **details)

    async def _note_denial(self, sid: str, page: Page, *kinds: str) -> None:
        # Those that are not there are one line: who asks for them writes no trail at will.
        sections = {page.plan.sections.get(kind) for kind in kinds}
        patient = page.plan.patient
        async with self._units.reading(self._connection(sid).actor, new_id()) as unit:
            for section in sections:
                trail.record_denial(unit, Action.PLAN_OPEN, "plan_section", section, patient)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH)
            for page in list(self.pages.by_sid.values()):
                for opened in page.opened.values():
                    self._teller.remind(opened)
            for plan in list(self.pages.plans.values()):
                self._places.tell(plan)
            for rates in (self._updates, self._opens, self._moves):
                rates.forget(_now())


def _people_in(sections: Told) -> set[str]:
    found = {item["by"] for one in sections.values() for item in one["items"]}
    return found | {one["locked"]["by"] for one in sections.values() if one["locked"]}


def _now() -> float:
    return asyncio.get_running_loop().time()
