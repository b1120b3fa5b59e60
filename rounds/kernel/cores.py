"""How many cores this process may use, which in a container is fewer than the machine has."""

import os
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""cgroup v2: `QUOTA PERIOD` in microseconds, or `max PERIOD` (Linux, cgroup-v2 §5-1-1)."""


def cores(quota: Path = QUOTA) -> int:
    """Return the number of whole cores, at least 1: by affinity, and by a container's quota."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        allowed = os.cpu_count() or 1
    try:
        share, period = quota.read_text().split()
        if share != "max":
            allowed = min(allowed, int(share) // int(period))
    except (OSError, ValueError, ZeroDivisionError):
        pass  # no quota that we could read
    return max(1, allowed)
