"""Builds an image's steps in a clean root, of which this machine lends only programs.

There is no container engine: a stage is a folder, and bubblewrap makes of it the root that the
steps see. What the base image brings is taken from this machine, read-only.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy.dockerfile import Stage, context, stages
from tests.house.sources import ROOT

LENT = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
OWN = ("/build", "/etc", "/opt", "/var/backups", "/var/lib")
FOR_THE_INDEX = ("PIP_", "SSL_CERT", "REQUESTS_CA")
STEP_SECONDS = 400


class Root:
    """One stage's files, and what its instructions have set so far."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.folder = folder
        self._own = (*OWN, *more)
        self.workdir = "/"
        self.environment = {"PATH": f"{sys.base_prefix}/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        for name in self._own:
            self.path(name).mkdir(parents=True)
        spares = shutil.ignore_patterns("*-", "private")
        shutil.copytree("/etc", self.path("/etc"), symlinks=True, ignore=spares, dirs_exist_ok=True)

    def path(self, name: str) -> Path:
        """Where a file of the stage really is."""
        return self.folder / os.path.normpath(Path(self.workdir, name)).lstrip("/")

    def building(self, *words: str) -> list[str]:
        """The words that run a program as a step of the build: it may write, and ask the index."""
        binds = [word for name in self._own for word in ("--bind", f"{self.folder}{name}", name)]
        asked = {n: value for n, value in os.environ.items() if n.startswith(FOR_THE_INDEX)}
        lent = [value for value in asked.values() if value[0] == "/" and Path(value).exists()]
        return self._in_it(asked, lent, [*binds, "--cap-add", "ALL"], words)

    def serving(self, volume: str, *words: str, account: str) -> list[str]:
        """The words that run a program as the image says: only `volume` and /tmp can be written."""
        binds = [word for name in self._own for word in ("--ro-bind", f"{self.folder}{name}", name)]
        binds += ["--bind", f"{self.folder}{volume}", volume, "--remount-ro", "/"]
        binds += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"]
        powerless = ("setpriv", f"--reuid={account}", f"--regid={account}", "--clear-groups",
                     "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--")  # fmt: skip
        return self._in_it({}, [], binds, (*powerless, *words))

    def _in_it(
        self, more: dict[str, str], lent: list[str], binds: list[str], words: tuple[str, ...]
    ) -> list[str]:
        told = ["bwrap", "--die-with-parent", "--unshare-pid", "--unshare-ipc", "--clearenv",
                "--proc", "/proc", "--dev", "/dev",
                "--perms", "1777", "--tmpfs", "/tmp"]  # fmt: skip
        # Folders that it makes by itself would be closed to everybody but root.
        above = {
            str(up) for name in (*self._own, sys.base_prefix, *lent) for up in Path(name).parents
        }
        for name in sorted(above - {"/", "/usr", "/usr/local", "/tmp"}):
            told += ["--perms", "0755", "--dir", name]
        for name in dict.fromkeys((*LENT, sys.base_prefix, *lent)):
            if Path(name).is_symlink():
                told += ["--symlink", str(Path(name).readlink()), name]
            elif Path(name).exists():
                told += ["--ro-bind", name, name]
        for name, value in (more | self.environment).items():
            told += ["--setenv", name, value]
        return [*told, *binds, "--chdir", self.workdir, *words]


def build(folder: Path) -> tuple[Stage, Root]:
    """Run every COPY and RUN of the Dockerfile; return the last stage and its files.

    Raises AssertionError, with what the step said, for one that fails.
    """
    made: dict[str, Root] = {}
    for number, stage in enumerate(stages((ROOT / "Dockerfile").read_text("utf-8"))):
        root = made[stage.name or str(number)] = Root(folder / str(number))
        for word, rest in stage.steps:
            _step(word, rest, root, made)
    return stage, root


def _step(word: str, rest: str, root: Root, made: dict[str, Root]) -> None:
    match word:
        case "WORKDIR":
            root.workdir = rest
            root.path("").mkdir(parents=True, exist_ok=True)
        case "ENV":
            for pair in shlex.split(rest):
                name, _, value = pair.partition("=")
                root.environment[name] = value.replace("$PATH", root.environment["PATH"])
        case "COPY":
            _copy(shlex.split(rest), root, made)
        case "RUN":
            ran = subprocess.run(
                root.building("/bin/sh", "-c", rest),
                capture_output=True, text=True, timeout=STEP_SECONDS, check=False,
            )  # fmt: skip
            assert ran.returncode == 0, f"RUN {rest}\n{ran.stdout}{ran.stderr}"


def _copy(words: list[str], root: Root, made: dict[str, Root]) -> None:
    if words[0].startswith("--from="):
        origin, source, target = words
        there = made[origin.partition("=")[2]].path(source)
        shutil.copytree(there, root.path(target), symlinks=True, dirs_exist_ok=True)
        return
    *sources, target = words
    for source in sources:
        given = [path for path in context() if path.is_relative_to(source)]
        assert given, f"COPY {source}: .dockerignore keeps it back, or it does not exist"
        for path in given:
            single = path == Path(source)
            into = root.path(target) / (path.name if single else path.relative_to(source))
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, into)
