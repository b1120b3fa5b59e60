"""Brings back what a section said in a version, as a change forward that everybody sees come."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Container, Iterator

from rounds.careplan.content import ItemContent, SectionContent
from rounds.careplan.kinds import COMMENT
from rounds.kernel.errors import Unavailable
from rounds.kernel.ids import new_id
from rounds.sync.commands import Command, Op
from rounds.sync.hub import Hub
from rounds.sync.items import Items, Shape, name_of
from rounds.sync.live import Live
from rounds.sync.refused import Refused
from rounds.sync.rewriting import rewrite

NOT_SAVED = "This could not be saved. Please try again."


class Restorer:
    """The editor under which a version comes back: a client id of its own, and every text."""

    def __init__(self) -> None:
        """Take a client id that nobody had."""
        self.client = secrets.randbits(52)

    @property
    def clients(self) -> Container[int]:
        """Only this one."""
        return {self.client}

    def writable(self, fields: set[bytes]) -> Container[bytes]:
        """Everything: the right is asked before."""
        return fields


def commands(items: Items, wanted: SectionContent) -> Iterator[Command]:
    """Yield what makes the items those of a version; texts are not touched.

    Items that came later are put away, items that were put away come back, values and ranks become
    what they were. Comments stay as they are.
    """
    there = {one.id for one in wanted}
    for one in items.in_order():
        if one.id not in there and one.kind != COMMENT:
            yield Command(new_id(), Op.ARCHIVE, one.id)
    for goal in wanted:
        item = items.all.get(goal.id)
        if item is None:
            yield Command(new_id(), Op.ADD, goal.id, goal.kind, goal.rank, dict(goal.values))
            continue
        if item.archived:
            yield Command(new_id(), Op.RESTORE, goal.id)
        if item.rank != goal.rank:
            yield Command(new_id(), Op.RANK, goal.id, rank=goal.rank)
        changed = {
            name: goal.values.get(name)
            for name in {*item.values, *goal.values}
            if item.values.get(name) != goal.values.get(name)
        }
        if changed:
            yield Command(new_id(), Op.SET, goal.id, values=changed)


async def restore(
    hub: Hub,
    section: str,
    shape: Shape,
    wanted: SectionContent,
    writer: str,
    may: Callable[[], Awaitable[bool]],
) -> int:
    """Let a section say again what it said in a version; return the number of the last row.

    It is what `writer` does, in rows of the log as any other; what others write meanwhile stays in
    it. `may` says whether they still may write there, asked last of all. Raises NotFound, Refused
    when they may not or the section takes nothing (it is locked, or damaged), or Unavailable when
    it did not come to the disk.
    """
    editor = Restorer()
    live = await hub.open(section, editor)
    # Nothing is to be told to it: it is nobody's page.
    hub.close(live, editor)
    while not await hub.bind(live, editor.client, writer):
        editor.client = secrets.randbits(52)
    # Between deciding and doing somebody may have taken it away.
    if not await may():
        raise Refused("forbidden")
    return await _written(hub, live, shape, wanted, editor, writer)


async def _written(
    hub: Hub, live: Live, shape: Shape, wanted: SectionContent, editor: Restorer, writer: str
) -> int:
    stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def settle(well: bool) -> None:
        if not stored.done():
            stored.set_result(well)

    # Without a pause in between: nobody writes into what is half brought back. Rows of a section
    # come to the disk in their order, so that the last one answers for all.
    for command in list(commands(live.items, wanted)):
        hub.command(live, writer, command, _ignored)
    for item in wanted:
        for field, text in _texts(shape, item):
            for update in rewrite(live.section, editor.client, field, text):
                hub.write(live, editor, writer, update, _ignored)
    live.when_stored(live.seq, settle)
    seq = live.seq
    if not await stored:
        raise Unavailable(NOT_SAVED, retry_after=2)
    return seq


def _ignored(_: bool) -> None:
    """Leave the answer to the last row."""


def _texts(shape: Shape, item: ItemContent) -> Iterator[tuple[bytes, str]]:
    if item.kind not in shape:
        raise Refused("item")
    for name in shape[item.kind].texts:
        yield name_of(item.id, name), item.texts.get(name, "")
