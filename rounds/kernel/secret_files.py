"""Reads the secrets that an operator keeps in files."""

from pathlib import Path


def read_secret(path: Path | None) -> str:
    """Return what stands in a file of secrets, without the line's end; empty without a file.

    Read anew at each use: a password is changed without a restart. A file that is gone counts
    as empty; `rounds doctor` names it.
    """
    try:
        return path.read_text("utf-8").strip() if path is not None else ""
    except (OSError, UnicodeDecodeError):
        return ""
