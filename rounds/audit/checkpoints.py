"""Checkpoints: where the chain stood at which time, in a file that only grows."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from rounds.audit.chain import Tail


class Checkpoints:
    """Writes the file; copies of it elsewhere prove the trail even against who owns this one."""

    def __init__(self, path: Path) -> None:
        """Keep `path`; it is made with the first checkpoint."""
        self._path = path

    def newest(self) -> Tail | None:
        """Return the newest checkpoint, or nothing when there is none yet."""
        if not self._path.exists():
            return None
        return max(read_checkpoints(self._path)[0], key=lambda one: one.seq, default=None)

    def append(self, tail: Tail, now: datetime) -> None:
        """Write where the chain stands; back when it is on the disk."""
        is_new = not self._path.exists()
        told = json.dumps({"seq": tail.seq, "head": tail.head, "at": now.isoformat()})
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            # A line that a power cut tore must not swallow this one.
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            os.write(handle, f"{chr(10) if torn else ''}{told}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            _sync_folder(self._path.parent)


def read_checkpoints(path: Path) -> tuple[list[Tail], int]:
    """Return the checkpoints of a file, and how many of its lines could not be read.

    A file may be this one, a copy, or the server's log in JSON, which carries the same; lines
    without a checkpoint are passed over there. Raises OSError.
    """
    found, unreadable = [], 0
    with path.open(encoding="utf-8", errors="replace") as file:
        for one in _parsed(file):
            if one is None:
                unreadable += 1
            elif isinstance(one, Tail):
                found.append(one)
    return found, unreadable


def _parsed(lines: Iterator[str]) -> Iterator[Tail | dict[str, object] | None]:
    for text in lines:
        if not text.strip():
            continue
        try:
            told = json.loads(text)
        except ValueError:
            yield None
            continue
        if not isinstance(told, dict):
            yield None
            continue
        seq, head = told.get("seq"), told.get("head")
        is_one = type(seq) is int and isinstance(head, str)
        yield Tail(int(str(seq)), str(head)) if is_one else told


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
