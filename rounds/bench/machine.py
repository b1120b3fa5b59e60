"""Where a bench runs, as far as it matters for the numbers."""

import os
import platform
import sys
from pathlib import Path


def machine() -> dict[str, str | int]:
    """Describe processor, cores, system and interpreter."""
    model = ""
    if sys.platform == "linux":
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((x.split(": ", 1)[1] for x in lines if x.startswith("model name")), "")
    return {
        "processor": model or platform.processor(),
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def load() -> float:
    """Return how many processes wanted a core in the last minute, ours among them."""
    return round(os.getloadavg()[0], 1)
