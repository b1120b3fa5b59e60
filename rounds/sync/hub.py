"""All sections that are open in this process: loaded once, written in order, let go when unused."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

from rounds.kernel.clock import Clock
from rounds.kernel.errors import Unavailable
from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.sync.commands import Command, written
from rounds.sync.live import Editor, Live, Shapes
from rounds.sync.locks import written as lock_written
from rounds.sync.log import Entry, EntryKind, Lock, Log
from rounds.sync.refused import Refused
from rounds.sync.writer import Writer

log = get_logger(__name__)

UNUSED = 60.0
"""Seconds after which a section nobody has open is let go."""
SWEEP = 15.0
ELSEWHERE = 1.0
"""Seconds from one look at what other processes appended to the next."""
OFTEN, CONTESTED = 0.05, 10.0
"""Where rows were lost to another process it is looked so often, for so long: both come through."""
MOST_EDITORS = 500
"""Open pages of one section."""

Told = Callable[[Live, Sequence[Entry]], int]
"""Sends rows that are on the disk to a section's editors; returns to how many."""
Reset = Callable[[Live], None]
"""Tells a section's editors to open it anew."""


class Hub:
    """The sections of this process; the log decides what is true."""

    def __init__(
        self, store: Log, shapes: Shapes, tasks: Tasks, clock: Clock, told: Told, reset: Reset
    ) -> None:
        """Keep sections in `store`; `told` and `reset` reach those who have them open."""
        self._store = store
        self._shapes = shapes
        self._tasks = tasks
        self._clock = clock
        self._told = told
        self._reset = reset
        self._live: dict[str, Live] = {}
        self._loading: dict[str, asyncio.Lock] = {}
        self._busy: set[asyncio.Task[None]] = set()
        self._contested: dict[str, float] = {}
        self._lost_some = asyncio.Event()
        self._writer = Writer(store, tasks, self._committed, self._lost)
        tasks.start("section_sweep", self._sweep)
        tasks.start("section_elsewhere", self._look_elsewhere)
        tasks.start("section_contested", self._look_often)

    def __len__(self) -> int:
        """Return how many sections are in memory."""
        return len(self._live)

    async def open(self, section: str, editor: Editor) -> Live:
        """Return a section for `editor`, who is told of every row from now on.

        Raises NotFound, or Unavailable when too many have it open; a section that cannot be read is
        nobody's, and never begun anew.
        """
        live = self._live.get(section) or await self._load(section)
        if len(live.editors) >= MOST_EDITORS:
            raise Unavailable("Too many people have this open. Please try again.", retry_after=30)
        live.editors.add(editor)
        live.idle_since = None
        return live

    def close(self, live: Live, editor: Editor) -> None:
        """Tell `editor` nothing more."""
        live.editors.discard(editor)
        if not live.editors:
            live.idle_since = asyncio.get_running_loop().time()

    async def bind(self, live: Live, client: int, writer: str) -> bool:
        """Bind a client id to a person; False when it is another's, and a new one is needed."""
        known = live.clients.get(client)
        if known is None:
            if not await self._store.bind(live.id, client, writer, self._clock.now()):
                return False
            known = live.clients.setdefault(client, writer)
        return known == writer

    def write(
        self, live: Live, editor: Editor, writer: str, update: bytes, settle: Callable[[bool], None]
    ) -> int:
        """Take in an update of a person's; return its number.

        `settle` hears once whether it is on the disk. Raises Refused or Unavailable; then nothing
        changed and nobody is called.
        """
        self._writer.check()
        if live.accept_text(update, editor):
            self._put(live, EntryKind.TEXT, writer, update)
        live.when_stored(live.seq, settle)
        return live.seq

    def command(
        self, live: Live, writer: str, command: Command, settle: Callable[[bool], None]
    ) -> int:
        """Do a command of a person's, once; return its number. See `write`."""
        self._writer.check()
        seq = live.done_as(command.id)
        if seq is None:
            data = written(command)
            live.accept_command(command, writer, len(data))
            self._put(live, EntryKind.COMMAND, writer, data)
            seq = live.seq
        live.when_stored(seq, settle)
        return seq

    def lock(
        self,
        live: Live,
        writer: str,
        locked: bool,
        settle: Callable[[bool], None],
        reason: str = "",
    ) -> int:
        """Lock a section in a person's name, or open it again; return the number. See `write`.

        `reason` is why it is locked, as `rounds.sync.locks.is_reason` has it, or "".
        """
        self._writer.check()
        lock = Lock(writer, self._clock.now(), reason) if locked else None
        data = lock_written(lock)
        if live.accept_lock(lock, len(data)):
            self._put(live, EntryKind.LOCK, writer, data)
        live.when_stored(live.seq, settle)
        return live.seq

    async def catch_up(self) -> None:
        """Take in what other processes appended to sections that are in memory, and tell of it.

        Where rows wait here, their commit finds out.
        """
        await self._catch_up(self._live)

    async def stop(self) -> None:
        """Wait for what is not on the disk yet, and keep snapshots of what changed."""
        await self._writer.settled()
        while self._busy:
            await asyncio.gather(*self._busy)
        for live in list(self._live.values()):
            await self._let_go(live)

    def _put(self, live: Live, kind: EntryKind, writer: str, data: bytes) -> None:
        self._writer.put(Entry(live.id, live.seq, kind, writer, self._clock.now(), data))

    async def _load(self, section: str) -> Live:
        # Two who come at once get the same one.
        lock = self._loading.setdefault(section, asyncio.Lock())
        async with lock:
            try:
                return self._live.get(section) or await self._read(section)
            finally:
                self._loading.pop(section, None)

    async def _read(self, section: str) -> Live:
        live = await self._built(section)
        if live.quarantined:
            log.error("section_quarantined", section=section, seq=live.seq)
        live.idle_since = asyncio.get_running_loop().time()
        self._live[section] = live
        return live

    async def _built(self, section: str) -> Live:
        """Build a section from its newest snapshot that is whole, or from its first row on.

        Of what stays damaged whatever it begins from, that is told which reaches furthest.
        """
        stored = await self._store.load(section)
        live = best = Live(section, self._shapes[stored.kind], stored)
        while live.quarantined and stored.snapshot.seq > 0:
            log.warning("snapshot_damaged", section=section, seq=stored.snapshot.seq)
            stored = await self._store.load(section, stored.snapshot.seq)
            live = Live(section, self._shapes[stored.kind], stored)
            if not live.quarantined or live.seq > best.seq:
                best = live
        return best

    def _committed(self, rows: Mapping[str, Sequence[Entry]]) -> None:
        self._in_turn(
            [partial(self._tell, self._live[section], entries) for section, entries in rows.items()]
        )

    def _lost(self, section: str) -> None:
        live = self._live.pop(section)
        live.lost = True
        self._contested[section] = asyncio.get_running_loop().time() + CONTESTED
        self._lost_some.set()
        self._in_turn([partial(self._give_up, live)])

    def _in_turn(self, news: Sequence[Callable[[], None]]) -> None:
        # Apart from the writer: a fault in telling one section holds up nothing else.
        self._do("section_news", _run(news))

    def _do(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.once(name, work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    def _tell(self, live: Live, entries: Sequence[Entry]) -> None:
        with ExitStack() as after:
            # What is on the disk is answered for, though others could not be told of it; after
            # them, so that whoever acts on an answer finds the others told.
            after.callback(self._stored, live, entries[-1].seq)
            with ExitStack() as fault:
                # Who was told nothing, or a part, has to open it anew.
                fault.callback(self._reset, live)
                self._writer.count(self._told(live, entries))
                fault.pop_all()

    def _stored(self, live: Live, seq: int) -> None:
        snapshot = live.note_stored(seq)
        if snapshot is not None:
            self._do("section_snapshot", self._store.keep(live.id, snapshot))

    def _give_up(self, live: Live) -> None:
        with ExitStack() as after:
            after.callback(live.give_up)
            self._reset(live)

    async def _look_elsewhere(self) -> None:
        while True:
            await asyncio.sleep(ELSEWHERE)
            await self.catch_up()

    async def _look_often(self) -> None:
        time = asyncio.get_running_loop().time
        while True:
            await self._lost_some.wait()
            self._lost_some.clear()
            while self._contested:
                await asyncio.sleep(OFTEN)
                await self._catch_up(self._contested)
                now = time()
                self._contested = {id: end for id, end in self._contested.items() if end > now}

    async def _catch_up(self, sections: Iterable[str]) -> None:
        here = (self._live[id] for id in sections if id in self._live)
        calm = {live.id: live for live in here if live.is_calm}
        reached = await self._store.reached(list(calm)) if calm else {}
        for id, seq in reached.items():
            if seq > calm[id].seq:
                await self._take_over(calm[id])

    async def _take_over(self, live: Live) -> None:
        seq = live.seq
        rows = await self._store.since(live.id, seq)
        if not rows or live.seq != seq or not live.is_calm or self._live.get(live.id) is not live:
            return
        try:
            live.catch_up(rows)
        except Refused:
            # Whoever opens it anew finds how far it can be read.
            self._lost(live.id)
            return
        self._tell(live, rows)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            before = asyncio.get_running_loop().time() - UNUSED
            for live in list(self._live.values()):
                if live.idle_since is not None and live.idle_since < before:
                    await self._let_go(live)

    async def _let_go(self, live: Live) -> None:
        """Forget a section whose rows are all on the disk, after keeping it as it stands."""
        if live.has_news and live.stored == live.seq and not live.quarantined:
            await self._store.keep(live.id, live.snapshot())
        # Whoever came while it was kept has it open.
        if not live.editors and live.stored == live.seq and self._live.get(live.id) is live:
            del self._live[live.id]


async def _run(news: Sequence[Callable[[], None]]) -> None:
    with ExitStack() as all_of_it:
        for one in reversed(news):
            all_of_it.callback(one)  # called though another failed
