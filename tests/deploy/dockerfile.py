"""A Dockerfile as its builder reads it: stages of instructions, and what of the folder it sees."""

import json
import re
import shlex
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from pathlib import Path, PurePosixPath

from tests.house.sources import ROOT, tracked

SETS = {"ENV", "LABEL"}
KNOWN = SETS | {
    "ARG", "CMD", "COPY", "ENTRYPOINT", "EXPOSE", "FROM", "HEALTHCHECK", "RUN", "STOPSIGNAL",
    "USER", "VOLUME", "WORKDIR",
}  # fmt: skip


@dataclass
class Stage:
    """One FROM with what follows it."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def last(self, word: str) -> str:
        """What the last instruction of a kind says, which is the one that counts."""
        return [rest for name, rest in self.steps if name == word][-1]

    def words(self, word: str) -> list[str]:
        """The same for one in the form of a list. Raises ValueError for the form of a shell."""
        found = json.loads(self.last(word))
        if not isinstance(found, list):
            raise ValueError(f"{word} is not a list")
        return found

    @property
    def environment(self) -> dict[str, str]:
        """What ENV sets, as written."""
        pairs = [shlex.split(rest) for name, rest in self.steps if name == "ENV"]
        return dict(pair.split("=", 1) for group in pairs for pair in group)


def stages(text: str) -> list[Stage]:
    """Parse a Dockerfile. Raises ValueError for an instruction that these tests do not run."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.strip().partition(" ")
        if not word:
            continue
        if word not in KNOWN:
            raise ValueError(f"nobody here knows what {word} does")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name))
        elif found:
            found[-1].steps.append((word, rest.strip()))
    return found


@cache
def context() -> tuple[Path, ...]:
    """The files of the checkout that the builder is given: .dockerignore, the last word counts."""
    patterns = [
        line
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return tuple(path for path in tracked() if not _ignored(path, patterns))


def _ignored(path: Path, patterns: list[str]) -> bool:
    ignored = False
    for pattern in patterns:
        if any(_covers(pattern.removeprefix("!"), part) for part in (path, *path.parents[:-1])):
            ignored = not pattern.startswith("!")
    return ignored


def _covers(pattern: str, path: Path) -> bool:
    if pattern.startswith("**/"):
        return fnmatch(path.name, pattern[3:])
    same_depth = len(PurePosixPath(pattern).parts) == len(path.parts)
    return same_depth and fnmatch(path.as_posix(), pattern)
