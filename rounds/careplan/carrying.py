"""Carries out the edits that rules left, through the same door as everybody's, each once."""

import asyncio
import contextlib
import json
from collections.abc import Container
from typing import Any
from uuid import UUID

from rounds.careplan.events import PlanEditDecided
from rounds.careplan.model import PlanPending
from rounds.careplan.opener import stored
from rounds.careplan.queries import pending_edit, waiting_edits
from rounds.kernel.actor import SYSTEM
from rounds.kernel.errors import Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.unit import Units
from rounds.sync import commands
from rounds.sync.gate import LAST_CLIENT
from rounds.sync.hub import Hub
from rounds.sync.items import name_of
from rounds.sync.live import Live
from rounds.sync.refused import Refused
from rounds.sync.section import first_words

log = get_logger(__name__)

LATER = frozenset({"locked", "quarantined", "reopen", "storage"})
"""What may be otherwise the next time."""
AGAIN = 30.0
"""Seconds until what could not be carried out is tried again."""


class Carrier:
    """Looks for edits when one was left, and every thirty seconds."""

    def __init__(self, units: Units, hub: Hub) -> None:
        """Write in the sections of `hub`."""
        self._units = units
        self._hub = hub
        self._left = asyncio.Event()
        self._left.set()

    async def wake(self, _: PlanEditDecided) -> None:
        """Look now."""
        self._left.set()

    async def run(self) -> None:
        """Carry out edits, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._left.wait(), AGAIN)
            self._left.clear()
            await self.carry()

    async def carry(self) -> None:
        """Carry out what waits; of a section in the order it was decided on."""
        async with self._units.reading(SYSTEM) as unit:
            waiting = await waiting_edits(unit.session)
        held: set[str] = set()
        for edit in waiting:
            if edit.section_id in held:
                continue
            try:
                seq, refused = await self._write(edit), None
            except Unavailable:
                held.add(edit.section_id)
                continue
            except Refused as no:
                if no.code in LATER:
                    held.add(edit.section_id)
                    continue
                log.error("plan_edit_refused", section=edit.section_id, code=no.code)
                seq, refused = None, no.code
            async with self._units(SYSTEM) as unit:
                row = await pending_edit(unit.session, edit.id)
                row.seq, row.refused = seq, refused

    async def _write(self, edit: PlanPending) -> int:
        told = json.loads(edit.edit)
        command = commands.read(told["command"])
        hand = _Hand(client_of(edit.id))
        live = await self._hub.open(edit.section_id, hand)
        try:
            return await self._through(live, hand, edit.writer_id, command, told["texts"])
        finally:
            self._hub.close(live, hand)

    async def _through(
        self,
        live: Live,
        hand: "_Hand",
        writer: str,
        command: commands.Command,
        texts: dict[str, str],
    ) -> int:
        if not await self._hub.bind(live, hand.client, writer):
            raise Refused("foreign_client")
        # Its own client id says that the words are there already.
        begun = hand.client in live.section.known.clocks
        told: dict[str, Any] = {}
        if not begun:
            told = await stored(lambda settle: self._hub.command(live, writer, command, settle))
        fields = {name_of(command.item, name): words for name, words in texts.items() if words}
        if fields and not begun:
            update = first_words(hand.client, fields)
            told = await stored(lambda settle: self._hub.write(live, hand, writer, update, settle))
        return int(told.get("seq", live.stored))


class _Hand:
    """The Editor that writes what a rule decided on."""

    def __init__(self, client: int) -> None:
        self.client = client

    @property
    def clients(self) -> Container[int]:
        return {self.client}

    def writable(self, fields: set[bytes]) -> Container[bytes]:
        return fields


def client_of(edit: str) -> int:
    """Return the client id under which an edit is written, always the same for it."""
    return UUID(edit).int % LAST_CLIENT
