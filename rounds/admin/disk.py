"""How much room is left where the data is."""

import shutil
from pathlib import Path


def free_bytes(folder: Path) -> int:
    """Return how many bytes can still be written where a folder is."""
    return shutil.disk_usage(folder).free
