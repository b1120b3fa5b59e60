"""Files: the sealed one on the disk, and the small ones of the data folder that it carries."""

import base64
import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from rounds.kernel.errors import Invalid

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
OURS = re.compile(r"rounds-\d{8}T\d{6}Z\.backup")
LARGEST = 1 << 20
# The database is in the backup by its rows; the others are made anew or say what was here.
LEFT_OUT = re.compile(
    r"rounds\.sqlite.*|self-signed\..*|demo-password|last-backup|.*\.(backup|replaced|part)"
)


def small_files(folder: Path) -> Mapping[str, bytes]:
    """Return what stands in the data folder and is needed to go on, such as the secret."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file()
        and not path.is_symlink()
        and NAME.fullmatch(path.name)
        and not LEFT_OUT.fullmatch(path.name)
        and path.stat().st_size <= LARGEST
    }


def written(name: str, content: bytes) -> Mapping[str, Any]:
    """Return a small file as a record of the backup."""
    return {"file": name, "content": base64.b64encode(content).decode()}


def read_file(record: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return name and content of such a record. Raises Invalid for a name that leads elsewhere."""
    name, content = record.get("file"), record.get("content")
    fits = isinstance(name, str) and NAME.fullmatch(name) and not LEFT_OUT.fullmatch(name)
    if not fits or not isinstance(content, str) or len(content) > 2 * LARGEST:
        raise Invalid("This backup carries a file that does not belong to a clinic.")
    try:
        return str(name), base64.b64decode(content, validate=True)
    except ValueError:
        raise Invalid("This backup carries a file that cannot be read.") from None


def put_back(folder: Path, files: Mapping[str, bytes], now: datetime) -> list[str]:
    """Write the small files; what stands there and differs is kept beside. Return the names."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        path = folder / name
        if path.is_file() and path.read_bytes() == content:
            continue
        if path.exists():
            path.rename(folder / f"{name}.{now:%Y%m%dT%H%M%S}.replaced")
        mode = 0o400 if name == "secret" or name.endswith("key") else 0o600
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    return sorted(files)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that has its name only once it is whole and on the disk.

    Raises Invalid when the name is taken: a backup is never written over.
    """
    if path.exists():
        raise Invalid(f"{path} exists already. A backup is never written over.")
    part = path.with_name(path.name + f".{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: it fails where a name was taken meanwhile.
        os.link(part, path)
        part.unlink()
        _keep_name(path.parent)
    except FileExistsError:
        raise Invalid(f"{path} exists already. A backup is never written over.") from None
    except OSError as fault:
        raise Invalid(f"{path} cannot be written ({fault.strerror}).") from None
    finally:
        part.unlink(missing_ok=True)


def place(wanted: Path | None, now: datetime) -> Path:
    """Return the file to write: the one that was named, or a new one in a folder."""
    where = wanted or Path()
    return where / f"rounds-{now:%Y%m%dT%H%M%SZ}.backup" if where.is_dir() else where


def rotate(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups of ours in a folder; return what was removed."""
    ours = sorted(path for path in folder.iterdir() if OURS.fullmatch(path.name))
    old = ours[: max(0, len(ours) - keep)]
    for path in old:
        path.unlink()
    return old


def _keep_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
