"""A process that is killed while people write loses nothing that it had answered."""

import asyncio
import signal
import sys
from pathlib import Path

from rounds.sync.commands import Command, Op
from tests.careplan.dying import FIELD
from tests.making.clock import StoppedClock
from tests.making.ground import ground, make_settings
from tests.making.people import make_clinic, make_patient, make_staff
from tests.making.plans import Desk, Page, answered, make_section

POINTS = ["before", "after", "snapshot", "never", "never", "never"]
WRITERS = 4
ENOUGH = 400
"""Answers after which the parent kills."""


async def killed(folder: Path, section: str, people: list[str], turn: int, point: str) -> list[str]:
    """Let a process write until it is killed; return what it said."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.careplan.dying",
        str(folder), section, ",".join(people), str(turn), point,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    said: list[str] = []
    async with asyncio.timeout(60):
        while line := await child.stdout.readline():
            if line.endswith(b"\n"):
                said.append(line.decode())
            if point == "never" and len(said) == ENOUGH:
                child.kill()
        assert await child.wait() == -signal.SIGKILL
    return said


async def test_no_answered_row_is_lost_wherever_the_process_ends(folder: Path) -> None:
    settings = make_settings(folder, "")
    async with ground(settings, StoppedClock()) as earth:
        clinic = await make_clinic(earth.units)
        section = await make_section(earth.units, clinic, await make_patient(earth.units, clinic))
        people = [await make_staff(earth.units, clinic) for _ in range(WRITERS)]
        desk = Desk(earth)
        page = Page(people[0], 1)
        live = await desk.open(section, page)
        desk.command(live, page, Command(id="1", op=Op.ADD, item="g1", kind="goal", rank="m"))
        assert await answered(page, 1) == [True]
        await desk.die()
        promised: dict[int, int] = {}
        last = 0
        for turn, point in enumerate(POINTS, 1):
            said = await killed(folder, section, [one.id for one in people], turn, point)
            for client, clock, seq in (map(int, line.split()) for line in said):
                promised[client] = max(promised.get(client, 0), clock)
                last = max(last, seq)
            assert said or point == "before"
        again = Desk(earth)
        late = Page(people[0], 2)
        live = await again.open(section, late)
        clocks = live.section.known.clocks
        assert {client: clock for client, clock in promised.items() if clocks[client] < clock} == {}
        assert live.seq >= last
        assert not live.quarantined
        # Every keystroke that is there is there once.
        text = live.section.text(FIELD.encode())
        assert len(text) == sum(clocks.values())
        assert str(late.text(FIELD)) == text
        await again.stop()
    assert sum(promised.values()) >= ENOUGH * POINTS.count("never")
