"""Opens sections for a page: it gets what is on the disk, and from there on every row."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from rounds.careplan.page import Opened, Page
from rounds.careplan.picture import picture, right_told
from rounds.careplan.refusals import refusal_of
from rounds.careplan.rights import Right
from rounds.careplan.sent import Wish
from rounds.careplan.telling import Teller
from rounds.kernel.errors import NotFound
from rounds.sync.hub import Hub
from rounds.sync.refused import Refused

Told = dict[str, Any]
Settle = Callable[[bool], None]


class Opener:
    """Opens and closes sections of a hub for pages."""

    def __init__(self, hub: Hub, teller: Teller) -> None:
        """Open sections of `hub`; `teller` tells of what is written there."""
        self._hub = hub
        self._teller = teller

    async def open(self, page: Page, wishes: Sequence[Wish]) -> dict[str, Told]:
        """Return what stands in the sections wished for, once all of it is on the disk.

        What may not be read is left out. Raises Refusal when one cannot be opened as wished; then
        none is.
        """
        opened: list[tuple[Opened, Wish]] = []
        with contextlib.ExitStack() as fault:
            for wish in (one for one in wishes if _right(page, one.kind) >= Right.VIEW):
                one = await self._open(page, wish)
                fault.callback(self._shut, one)
                opened.append((one, wish))
            told = await _pictures(opened)
            fault.pop_all()
        for one, _ in opened:
            if page.opened.get(one.kind) is not one or not _right(page, one.kind):
                # It was taken away meanwhile, or opened again.
                told.pop(one.kind, None)
        # The answer is in the queue before anything else runs; then comes what was held.
        asyncio.get_running_loop().call_soon(self._begin, [one for one, _ in opened])
        return told

    def shut(self, page: Page, kind: str) -> None:
        """Tell a page nothing more of a section."""
        opened = page.opened.get(kind)
        if opened is not None:
            self._shut(opened)

    async def _open(self, page: Page, wish: Wish) -> Opened:
        self.shut(page, wish.kind)
        opened = Opened(page, wish.kind)
        opened.live = await self._hub.open(page.plan.sections[wish.kind], opened)
        self.shut(page, wish.kind)
        page.opened[wish.kind] = opened
        with contextlib.ExitStack() as fault:
            fault.callback(self._shut, opened)
            if not await self._hub.bind(opened.live, wish.client, page.person):
                raise refusal_of(Refused("foreign_client"), section=wish.kind)
            if page.gone:
                raise NotFound
            fault.pop_all()
        return opened

    def _shut(self, opened: Opened) -> None:
        self._hub.close(opened.live, opened)
        if opened.page.opened.get(opened.kind) is opened:
            del opened.page.opened[opened.kind]

    def _begin(self, opened: list[Opened]) -> None:
        for one in opened:
            if one.page.opened.get(one.kind) is one:
                self._teller.begin(one)


async def stored(take: Callable[[Settle], int]) -> Told:
    """Return the number of what `take` takes in, once it is on the disk.

    Raises Refused: what `take` raises, or "storage" when it did not come to the disk.
    """
    future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def settle(kept: bool) -> None:
        if not future.done():
            future.set_result(kept)

    seq = take(settle)
    if not await future:
        raise Refused("storage")
    return {"seq": seq}


async def _pictures(opened: list[tuple[Opened, Wish]]) -> dict[str, Told]:
    told: dict[str, Told] = {}
    try:
        for one, wish in opened:
            one.seq = one.live.seq
            told[one.kind] = picture(one, wish) | {"right": right_told(_right(one.page, one.kind))}
        for one, _ in opened:
            await stored(lambda settle, one=one: _wait(one, settle))  # type: ignore[misc]
    except Refused as refused:
        raise refusal_of(refused, retry_after=1) from None
    return told


def _right(page: Page, kind: str) -> Right:
    return page.rights.get(kind, Right.NONE)


def _wait(opened: Opened, settle: Settle) -> int:
    opened.live.when_stored(opened.seq, settle)
    return opened.seq
