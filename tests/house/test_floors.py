"""Imports go down, never up, never sideways."""

import subprocess
import sys
from pathlib import Path

from tests.house.sources import ROOT


def test_the_contracts_of_the_house_hold() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
