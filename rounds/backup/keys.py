"""The key of a clinic's backups: a file of its own, kept apart from the server."""

import base64
import binascii
import os
import secrets
from pathlib import Path

from rounds.kernel.errors import Invalid

PREFIX = "rounds-backup-key-1:"
BYTES = 32
LONGEST_FILE = 4096


def make_key(path: Path) -> None:
    """Write a fresh key (256 bits) that only its owner may read. Raises Invalid if one is there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    except FileExistsError:
        raise Invalid(
            f"{path} exists already. A key is never replaced: choose another name."
        ) from (None)
    with os.fdopen(handle, "w") as file:
        file.write(PREFIX + base64.urlsafe_b64encode(secrets.token_bytes(BYTES)).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path) -> bytes:
    """Return the key in a file. Raises Invalid for anything else, and if others may read it."""
    if not path.is_file():
        raise Invalid(f"There is no key file {path}.\n  Fix: rounds backup --make-key {path}")
    if path.stat().st_mode & 0o077:
        raise Invalid(f"{path} can be read by others.\n  Fix: chmod 400 {path}")
    with path.open("rb") as file:
        text = file.read(LONGEST_FILE).decode("ascii", "replace").strip()
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(PREFIX) or len(key) != BYTES:
        raise Invalid(f"{path} is not a key for backups.")
    return key
