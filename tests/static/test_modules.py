"""The pure browser modules, run by Node's own test runner: one test here per file of tests."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("file", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_browser_module(file: str) -> None:
    done = subprocess.run(
        ["node", "--test", HERE / file], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n# fail 0" in done.stdout or "ℹ fail 0" in done.stdout, done.stdout
