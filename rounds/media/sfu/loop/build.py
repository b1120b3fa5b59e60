"""Compiles the packet loop where a C compiler is, for this machine; nothing else is needed.

Run as `python -m rounds.media.sfu.loop.build`; installing runs it, too (`build_hook.py`). Reads no
other code of ours, so that it also runs before the package is installed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = HERE / "loop.so"
FLAGS = ("-std=c11", "-O2", "-fPIC", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wconversion", "-Werror")
SECONDS = 120


def sources() -> list[Path]:
    """Return what is compiled."""
    return sorted(HERE.glob("*.c"))


def revision() -> int:
    """Return a number of 63 bits that stands for these sources: an older library is not used."""
    digest = hashlib.sha256()
    for path in [*sorted(HERE.glob("*.h")), *sources()]:
        digest.update(path.read_bytes())
    return int.from_bytes(digest.digest()[:8], "big") >> 1


def compiler() -> str:
    """Return the C compiler; nothing where there is none."""
    return next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), "")


def build(into: Path = LIBRARY, more: tuple[str, ...] = ()) -> str:
    """Compile the library to `into`; return why that did not work, or nothing.

    It is put in place only when it is whole, so that a server that starts meanwhile sees the one
    before or this one.
    """
    command = compiler()
    if sys.platform != "linux":
        return "the batched system calls are Linux'"
    if not command:
        return "there is no C compiler"
    whole = into.with_suffix(f".{os.getpid()}")
    names = [str(path) for path in sources()]
    arguments = [*FLAGS, f"-DREVISION={revision()}u", *more, "-shared", "-o", str(whole)]
    try:
        done = subprocess.run(  # noqa: S603 - the compiler the operator has
            [command, *arguments, *names],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        return str(fault)
    if done.returncode:
        whole.unlink(missing_ok=True)
        return done.stdout.decode(errors="replace").strip() or f"{command} failed"
    whole.replace(into)
    return ""


if __name__ == "__main__":
    sys.exit(build() or 0)
