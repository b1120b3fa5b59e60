"""The media process with a sampler in it: which functions had the processor at random moments.

Run by the engine in place of `rounds.media.sfu.worker`. SIGUSR2 begins, a second one ends and
writes to the file that the environment names: a count for each stack, innermost function first.

The moments are random (exponential gaps), for the engine's clock rings at whole multiples of the
kernel's tick: a sampler on that tick would see the clock's work always or never. A signal is
taken between two instructions of Python, so that time inside a call of C counts for the function
that called it. Nothing else of the process is changed, and without the first signal nothing at all.
"""

import functools
import json
import os
import random
import signal
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType

from rounds.media.sfu import worker

SAMPLES = "ROUNDS_BENCH_SAMPLES"
"""Environment: the file to write."""
PER_SECOND = 500.0
SEED = 20


@functools.cache
def name_of(code: CodeType) -> str:
    """Return a function's module and name."""
    return f"{Path(code.co_filename).stem}:{code.co_qualname}"


class Sampler:
    """Counts stacks while it is on."""

    def __init__(self, path: Path) -> None:
        """Write to that file at the end."""
        self._path = path
        self._stacks: Counter[tuple[str, ...]] = Counter()
        self._chance = random.Random(SEED)
        self._on = False
        self._woken = -1

    def turn(self, _number: int, _frame: FrameType | None) -> None:
        """Begin, or end and write."""
        self._on = not self._on
        if self._on:
            # Else every sample would make a turn of the event loop besides.
            self._woken = signal.set_wakeup_fd(-1)
            self._wait()
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.set_wakeup_fd(self._woken)
        told = {";".join(stack): count for stack, count in self._stacks.items()}
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(told))
        part.replace(self._path)

    def take(self, _number: int, frame: FrameType | None) -> None:
        """Count the stack that was interrupted."""
        stack: list[str] = []
        while frame is not None:
            stack.append(name_of(frame.f_code))
            frame = frame.f_back
        self._stacks[tuple(stack)] += 1
        self._wait()

    def _wait(self) -> None:
        if self._on:
            signal.setitimer(signal.ITIMER_REAL, self._chance.expovariate(PER_SECOND) + 1e-6)


if __name__ == "__main__":
    sampler = Sampler(Path(os.environ[SAMPLES]))
    signal.signal(signal.SIGALRM, sampler.take)
    signal.signal(signal.SIGUSR2, sampler.turn)
    worker.main()
