"""A process that is killed while it archives leaves each batch done or not begun."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from rounds.careplan.archiving import AT_A_TIME, Archive
from rounds.careplan.kinds import SHAPES
from tests.making.clock import StoppedClock
from tests.making.ground import ground, make_settings
from tests.making.old_plans import OldPlan, make_old_plan

BATCHES = 3


async def killed(folder: Path, at: str, batch: int, point: str) -> None:
    """Let a process archive until it ends itself."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.careplan.archiving_dying", str(folder), at, str(batch), point
    )
    async with asyncio.timeout(60):
        assert await child.wait() == -signal.SIGKILL


async def check_whole(plan: OldPlan) -> None:
    """Every row is held by one, and as far as the log says it was gone through it was."""
    rows, archived = await plan.rows(), await plan.archived()
    held = [seq for row in rows for seq in range(row.begin, row.seq + 1)]
    assert held == list(range(1, held[-1] + 1))
    assert archived % AT_A_TIME == 0
    assert all(row.first is None for row in rows if row.seq > archived)
    assert sum(row.seq <= archived for row in rows) < max(1, archived / 2)


@pytest.mark.parametrize("point", ["advanced", "deleted", "inserted", "committed"])
async def test_each_batch_is_done_or_not_begun(folder: Path, point: str) -> None:
    clock = StoppedClock()
    async with ground(make_settings(folder / point, ""), clock) as earth:
        plan = await make_old_plan(earth, BATCHES * AT_A_TIME - 1)
        before, at = await plan.told(), clock.now().isoformat()
        for batch in range(1, BATCHES):
            # Each run takes up the work where the one before it was ended.
            await killed(folder / point, at, 2 if batch > 1 else 1, point)
            await check_whole(plan)
            assert await plan.told() == before
        done = {"committed": 3 * AT_A_TIME}.get(point, AT_A_TIME)
        assert await plan.archived() == done
        await Archive(earth.units, SHAPES).look()
        assert await plan.archived() == BATCHES * AT_A_TIME
        await check_whole(plan)
        assert await plan.told() == before
