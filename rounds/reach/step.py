"""One step of getting through: what was tried, how it went, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a step went. WEAK: it works, but not for everybody. SKIPPED: nothing to try here."""

    WELL = "well"
    WEAK = "weak"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is the step's own; `fix` is empty where nothing is to be done."""

    name: str
    state: State
    said: str
    fix: str = ""


def well(name: str, said: str) -> Step:
    """Return a step that went well."""
    return Step(name, State.WELL, said)


def weak(name: str, said: str, fix: str) -> Step:
    """Return a step that works for some."""
    return Step(name, State.WEAK, said, fix)


def failed(name: str, said: str, fix: str) -> Step:
    """Return a step that failed."""
    return Step(name, State.FAILED, said, fix)


def skipped(name: str, said: str) -> Step:
    """Return a step that has nothing to try."""
    return Step(name, State.SKIPPED, said)
