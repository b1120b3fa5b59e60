"""The pages that are open, the plans they belong to, and their rights as they hold now."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from rounds.careplan.opener import Opener
from rounds.careplan.opening import admitted, rights_in
from rounds.careplan.page import Named, Page, Plan
from rounds.careplan.picture import right_told
from rounds.careplan.places import Places
from rounds.careplan.queries import named
from rounds.careplan.rights import Right
from rounds.careplan.telling import Teller
from rounds.consent.actions import Action
from rounds.kernel.actor import SYSTEM, Actor
from rounds.kernel.errors import Refusal, Unavailable
from rounds.kernel.unit import Units
from rounds.people.roles import role_label
from rounds.web.languages import Languages
from rounds.web.namespace import Namespace

OLD = 60.0
"""Seconds after which rights are read anew though no fact asked for it."""

Told = dict[str, Any]


class Pages:
    """Who has which plan open, and what each may do there."""

    def __init__(
        self,
        door: Namespace,
        units: Units,
        languages: Languages,
        teller: Teller,
        places: Places,
        opener: Callable[[], Opener],
    ) -> None:
        """Read rights as the connections of `door` have them."""
        self._door = door
        self._units = units
        self._languages = languages
        self._teller = teller
        self._places = places
        self._opener = opener
        self.by_sid: dict[str, Page] = {}
        self.plans: dict[str, Plan] = {}
        self.turn = 0
        """Counts facts that may have changed somebody's rights."""

    def of(self, sid: str) -> Page | None:
        """Return the page of a connection."""
        return self.by_sid.get(sid)

    def add(
        self, sid: str, plan: Plan, actor: Actor, rights: dict[str, Right], read_at: float
    ) -> Page:
        """Note a page that came."""
        known = self.plans.setdefault(plan.patient, plan)
        known.sections.update(plan.sections)
        page = Page(sid, known, str(actor.person), rights, read_at)
        page.asleep = actor.locked
        self.by_sid[sid] = page
        known.pages.add(page)
        return page

    def remove(self, sid: str) -> Page | None:
        """Note that a page is gone; return it."""
        page = self.by_sid.pop(sid, None)
        if page is not None:
            page.gone = True
            page.plan.pages.discard(page)
            self._places.leave(page)
            if not page.plan.pages:
                self.plans.pop(page.plan.patient, None)
        return page

    async def changed(self, patient: str) -> None:
        """Ask anew for the rights of everybody who has this patient's plan open."""
        self.turn += 1
        plan = self.plans.get(patient)
        await self.renew(plan.pages if plan is not None else ())

    async def person_changed(self, person: str) -> None:
        """Ask anew for the rights of a person, and for what they are called."""
        self.turn += 1
        for plan in list(self.plans.values()):
            if plan.people.pop(person, None) is not None:
                await self.introduce(plan, [person])
        await self.renew([one for one in self.by_sid.values() if one.person == person])

    async def room_changed(self, room: str) -> None:
        """Ask anew for the rights of guests of a room: they have them while they are in it."""
        self.turn += 1
        guests = {sid for sid, one in self._door.connections.items() if one.actor.room == room}
        await self.renew([one for one in self.by_sid.values() if one.sid in guests])

    async def locked(self, session: str, is_locked: bool) -> None:
        """Tell the pages of a session nothing while its screen is locked."""
        pages = [one for one in self.by_sid.values() if self._session(one) == session]
        for page in pages:
            page.asleep = is_locked
            connection = self._door.connections[page.sid]
            connection.actor = replace(connection.actor, locked=is_locked)
            if is_locked:
                self._places.leave(page)
        if not is_locked:
            await self.renew(pages)

    async def renew_old(self) -> None:
        """Ask anew where it is long ago."""
        before = _now() - OLD
        await self.renew([one for one in self.by_sid.values() if one.read_at < before])

    async def renew(self, pages: Iterable[Page]) -> None:
        """Read rights anew; until they are known the pages are told nothing."""
        waiting = list(pages)
        for page in waiting:
            page.stale = True
            page.turn += 1
        for page in waiting:
            await self._renew(page)

    async def _renew(self, page: Page) -> None:
        while page.stale and not page.gone:
            turn = page.turn
            try:
                rights = await self._read(page)
            except Unavailable:
                # Locked; asked again when it is opened.
                page.asleep = True
                rights = page.rights
            except Refusal:
                rights = {}
            if turn == page.turn and not page.gone:
                page.read_at = _now()
                page.stale = False
                await self._apply(page, rights)

    async def _read(self, page: Page) -> dict[str, Right]:
        async with self._door.reading(page.sid) as unit:
            _, tie = await admitted(unit, page.plan.patient, Action.PLAN_OPEN)
            return await rights_in(unit, page.plan.id, tie)

    async def _apply(self, page: Page, rights: dict[str, Right]) -> None:
        before, page.rights = page.rights, rights
        for kind in before.keys() | rights.keys():
            right = rights.get(kind, Right.NONE)
            if right == before.get(kind, Right.NONE):
                continue
            if right is Right.NONE:
                self._opener().shut(page, kind)
                self._teller.emit("gone", {"section": kind}, [page])
            else:
                self._teller.emit("right", {"section": kind, "right": right_told(right)}, [page])
        if not rights:
            self._teller.emit("closed", {"reason": "access_ended"}, [page])
            await self._door.close(page.sid)
            return
        for opened in page.opened.values():
            self._teller.remind(opened)

    async def people(self, page: Page, ids: Iterable[str]) -> Told:
        """Return people as a page is told of them, in its language."""
        wanted = set(ids)
        await self._learn(page.plan, wanted)
        return self._told(page, wanted)

    async def introduce(self, plan: Plan, ids: Iterable[str], coming: Page | None = None) -> None:
        """Tell a plan's pages of people whom they do not know yet; one that is `coming` asks."""
        fresh = set(ids) - plan.people.keys()
        await self._learn(plan, fresh)
        for page in plan.pages if fresh else ():
            if page is not coming and not page.is_shut:
                self._teller.emit("people", {"people": self._told(page, fresh)}, [page])

    async def _learn(self, plan: Plan, ids: set[str]) -> None:
        unknown = ids - plan.people.keys()
        if unknown:
            async with self._units.reading(SYSTEM) as unit:
                found = await named(unit.session, unknown)
            plan.people.update({id: Named(*one) for id, one in found.items()})

    def _told(self, page: Page, ids: set[str]) -> Told:
        connection = self._door.connections.get(page.sid)
        translate = self._languages.translator(connection.actor.language if connection else "en")
        return {
            id: {"name": one.name, "role_label": role_label(one.role, translate)}
            for id in sorted(ids)
            if (one := page.plan.people.get(id)) is not None
        }

    def _session(self, page: Page) -> str | None:
        connection = self._door.connections.get(page.sid)
        return connection.actor.session if connection is not None else None


def _now() -> float:
    return asyncio.get_running_loop().time()
