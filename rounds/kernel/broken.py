"""What is said of a file that cannot be used: where it breaks off, and why."""

LONGEST_SHOWN = 100
"""Characters of a word of the file that a refusal repeats."""

Path = tuple[str | int, ...]
"""Keys and positions that lead to a value inside JSON, from the outside in."""


class Broken(Exception):
    """A value cannot be used: the way to it, and a sentence why."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the way, () for the whole, and the sentence."""
        super().__init__(f"{place(path)}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


class BrokenFile(Exception):
    """A file cannot be used: its name, the line (from 1), and why."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        """Say where and why."""
        super().__init__(f"{file}:{line}: {reason}")
        self.line = line


def place(path: Path) -> str:
    """Return a way as people read it, such as `items[2].text`."""
    said = "".join(f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in path)
    return said.removeprefix(".")


def shown(word: str) -> str:
    """Return a word of a file for a terminal: short, and without signs that steer it."""
    short = word if len(word) <= LONGEST_SHOWN else f"{word[:LONGEST_SHOWN]}…"
    return "".join(sign if sign.isprintable() else "�" for sign in short)
