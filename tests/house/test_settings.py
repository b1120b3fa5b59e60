"""Every setting is explained to the person who runs the clinic's server."""

import re

from rounds.kernel.config import Settings
from tests.house.sources import ROOT


def test_every_setting_has_a_row_in_operations_and_no_row_is_stale() -> None:
    text = (ROOT / "docs/OPERATIONS.md").read_text()
    rows = set(re.findall(r"^\| `(ROUNDS_[A-Z_]+)`", text, re.M))
    assert rows == {f"ROUNDS_{name.upper()}" for name in Settings.model_fields}


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
