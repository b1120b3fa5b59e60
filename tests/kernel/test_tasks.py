"""Background tasks: begun again after a fault, ended cleanly, none forgotten."""

import asyncio
from functools import partial

from structlog.testing import capture_logs

from rounds.kernel import tasks as module
from rounds.kernel.tasks import Tasks


async def test_work_that_fails_is_begun_again_until_it_ends_well() -> None:
    tasks, done = Tasks(), asyncio.Event()
    runs: list[int] = []

    async def work() -> None:
        runs.append(len(runs))
        if len(runs) < 2:
            raise RuntimeError("CANARY")
        done.set()

    with capture_logs() as lines:
        task = tasks.start("work", work)
        async with asyncio.timeout(10 * module.FIRST_PAUSE_SECONDS + 5):
            await done.wait()
            await task
    assert runs == [0, 1]
    assert [(line["event"], line["task"]) for line in lines] == [("task_failed", "work")]
    await tasks.stop()


async def test_a_single_run_that_fails_is_told_and_not_repeated() -> None:
    tasks, runs = Tasks(), []

    async def work() -> None:
        runs.append(1)
        raise RuntimeError("once")

    with capture_logs() as lines:
        await tasks.once("once", work())
    assert (len(runs), len(lines)) == (1, 1)


async def test_stopping_ends_everything_and_waits_for_it() -> None:
    tasks, ended = Tasks(), []
    running = [asyncio.Event() for _ in range(3)]

    async def wait(number: int) -> None:
        try:
            running[number].set()
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    for number in range(3):
        tasks.start(f"wait {number}", partial(wait, number))
        await running[number].wait()
    await tasks.stop()
    assert sorted(ended) == [0, 1, 2]
