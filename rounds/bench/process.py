"""What the kernel knows of a process: processor time, memory, threads, lost datagrams."""

import contextlib
import os
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def processor_seconds(pid: int) -> float:
    """Return the time on a processor of all live threads of a process, in s."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((thread / "schedstat").read_text().split()[0])
        except OSError:
            continue  # the thread has ended since the listing
    return total / 1e9


def user_and_system_seconds(pid: int) -> tuple[float, float]:
    """Return user and system time of the process, in s (resolution 10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return int(fields[11]) / ticks, int(fields[12]) / ticks


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def share_priority(pid: int) -> None:
    """Give the session of a process our own niceness.

    Linux shares the processors out among sessions first (sched(7), autogroup): niceness counts only
    within each. Where that is off, or there are no rights, nothing happens.
    """
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(os.nice(0)))


def children(pid: int) -> list[int]:
    """Return the live child processes of a process."""
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def datagrams_lost(port: int) -> int:
    """Return what the kernel dropped for full buffers on UDP sockets bound to `port`."""
    lost = 0
    for name in ("udp", "udp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == port:
                lost += int(fields[-1])
    return lost
