"""After a visit that nobody records, no byte of its sound and picture is on a disk.

Everybody's packets carry known bytes. They are looked for in everything that the server's processes
had open for writing, and in every file that changed meanwhile where they may write; and so are the
encrypted packets as they went over the wire, and bytes of another packet that somebody kept.
"""

import asyncio
import base64
import contextlib
import mmap
import os
import secrets
import stat
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from tests.browser.clinic import DemoClinic
from tests.house.sources import ROOT
from tests.making.browser import Browser
from tests.making.waiting import eventually
from tests.measured import Measured
from tests.media.seat import VP8_DELTA, payload
from tests.rooms.caller import Caller

pytestmark = pytest.mark.asyncio(loop_scope="module")

MARK = 32
"""Random bytes within each payload: they come about by themselves nowhere."""
PACKETS = 400
"""Of each kind and person, eight seconds of a voice."""
PIECES = 40
"""Encrypted packets of each way that are looked for, too."""
GLANCE = 0.02
LEFT_OUT = {".git", ".venv", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache"}


class Mouth:
    """Somebody whose every packet carries their own mark."""

    def __init__(self, caller: Caller) -> None:
        """Send for this caller."""
        self.caller, self.mark = caller, secrets.token_bytes(MARK)
        self.sent: list[bytes] = []

    def say(self) -> None:
        """Send a packet of voice and one of picture."""
        caller, filling = self.caller, secrets.token_bytes(24)
        for stream, head in ((caller.audio, b"\x78"), (caller.video, VP8_DELTA)):
            packet = stream.packet(head + filling + self.mark + filling)
            assert caller.up.dtls is not None
            coded = caller.up.dtls.outgoing.protect(packet)
            caller.up.send(coded)
            self.sent.append(coded)


def forms(plain: Iterable[bytes]) -> list[bytes]:
    """The bytes as they are, and as text would hold them."""
    found = []
    for one in plain:
        found += [one, one.hex().encode()]
        # In base64, three bytes are four signs: where the bytes begin decides how they look.
        found += [base64.b64encode(one[at:][: len(one[at:]) // 3 * 3]) for at in range(3)]
    return found


def holds(path: Path, wanted: Iterable[bytes]) -> bool:
    """Tell whether a file holds any of these byte sequences."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:  # others' files may go
        if not os.fstat(file.fileno()).st_size:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            return any(whole.find(one) >= 0 for one in wanted)
    return False


def written_by(process: psutil.Process) -> Iterator[Path]:
    """The regular files a process has open for writing."""
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            info = Path(f"/proc/{process.pid}/fdinfo/{link.name}").read_text()
            flags = next(line for line in info.splitlines() if line.startswith("flags:"))
            writes = int(flags.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY
            if writes and stat.S_ISREG(link.stat().st_mode):
                yield Path(str(link.readlink()).removesuffix(" (deleted)"))


def changed(since: float, *roots: Path) -> Iterator[Path]:
    """Every readable regular file below these folders that was written after that moment."""
    for root in roots:
        for folder, below, names in os.walk(root):
            below[:] = [name for name in below if name not in LEFT_OUT]
            for path in (Path(folder) / name for name in names):
                with contextlib.suppress(OSError):
                    told = path.lstat()
                    if stat.S_ISREG(told.st_mode) and told.st_mtime >= since:
                        yield path


class Watch:
    """Notes what the server's processes have open for writing, fifty times a second."""

    def __init__(self, served: DemoClinic) -> None:
        """Watch these processes; use as a context."""
        self._served = served
        self.seen: dict[Path, None] = {}
        self.media: dict[Path, None] = {}

    async def look(self) -> None:
        """Look until cancelled."""
        while True:
            media = self._served.media_process
            for process in self._served.processes:
                with contextlib.suppress(psutil.Error, OSError):
                    self.seen |= dict.fromkeys(written_by(process))
            self.media |= dict.fromkeys(written_by(media))
            await asyncio.sleep(GLANCE)


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path) -> AsyncIterator[DemoClinic]:
    """A server of its own, whose temporary files have a place of their own."""
    (tmp_path / "temporary").mkdir()
    clinic = DemoClinic(
        tmp_path / "clinic", tmp_path / "log.jsonl", TMPDIR=str(tmp_path / "temporary")
    )
    await clinic.start()
    yield clinic
    await clinic.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def two(served: DemoClinic) -> AsyncIterator[tuple[Mouth, Mouth, Caller]]:
    """The GP and a patient in a call of their own; and the GP again, to end it."""
    visit = await served.visit_of_many(relatives=0)
    browsers = [Browser(served.address) for _ in range(2)]
    await browsers[0].sign_in(visit.gp.email)
    await browsers[1].redeem(visit.link(visit.patient))
    console = await browsers[0].staff_room(visit.id)
    guest = await browsers[1].guest_room(visit.link(visit.patient))
    await guest.ask("knock")
    await console.ask("admit_all")
    gp, patient = Caller(browsers[0], console), Caller(browsers[1], guest)
    followers = []
    for caller in (gp, patient):
        await caller.come()
        followers.append(asyncio.ensure_future(caller.follow()))
    yield Mouth(gp), Mouth(patient), gp
    for follower in followers:
        follower.cancel()
    for caller in (gp, patient):
        caller.close()
    for browser in browsers:
        await browser.close()


async def test_no_byte_of_a_visit_is_on_a_disk(
    served: DemoClinic, two: tuple[Mouth, Mouth, Caller], tmp_path: Path, measured: Measured
) -> None:
    began = time.time() - 2
    one, other, gp = two
    watch = Watch(served)
    watching = asyncio.ensure_future(watch.look())
    for number in range(PACKETS):
        for mouth in (one, other):
            mouth.say()
        if number % 20 == 19:
            await asyncio.sleep(0.05)  # what is sent must get through, not be dropped as a flood

    def heard(mouth: Mouth, listener: Caller) -> int:
        return sum(mouth.mark in payload(packet) for packet in listener.down.rtp)

    # The server has had both marks, and passed them on.
    await eventually(lambda: heard(one, other.caller) > PACKETS)
    await eventually(lambda: heard(other, one.caller) > PACKETS)
    await gp.room.ask("end")
    await gp.media.until("gone")
    watching.cancel()
    # Where it says what goes wrong is the one file, and only as this test has made it one.
    assert watch.media.keys() <= {tmp_path / "log.jsonl"}
    await served.stop()  # what waits to be written is written now

    coded = [*one.sent[:PIECES], *other.sent[:PIECES]]
    coded += [raw for mouth in (one, other) for raw in mouth.caller.down.raw[:PIECES]]
    wanted = forms([one.mark, other.mark, *(packet[-MARK:] for packet in coded)])
    places = [tmp_path, ROOT, Path.home(), Path("/var/tmp"), Path("/dev/shm"), Path("/run")]
    files = {*changed(began, *places, Path(tempfile.gettempdir())), *watch.seen}
    files = {path for path in files if path.exists()}
    assert any(path.is_relative_to(served.settings.data) for path in files), "it wrote its database"
    holding = [path for path in files if await asyncio.to_thread(holds, path, wanted)]
    measured("files looked through for bytes of a visit", len(files))
    assert holding == []

    # The same search finds a packet that somebody kept, as it came and as text.
    kept = served.settings.data / "kept"
    for keeping in (coded[-1], b"x" * 5000 + one.mark, other.mark.hex().encode(),
                    b"{" + base64.b64encode(b"ab" + other.caller.down.raw[0]) + b"}"):  # fmt: skip
        kept.write_bytes(keeping)
        found = [path for path in changed(began, tmp_path) if holds(path, wanted)]
        assert found == [kept]
