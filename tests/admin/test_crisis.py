"""Crisis help of a country is proposed with its source, where it is known."""

import json
from datetime import date
from pathlib import Path

from rounds.admin.crisis import KnownHelp, known_help


def test_known_help_is_read_from_the_table(tmp_path: Path) -> None:
    table = tmp_path / "crisis.json"
    assert known_help("GB", table) is None
    entry = {"number": "999", "text": "Call", "source": "nhs.uk", "reviewed_on": "2026-11-01"}
    table.write_text(json.dumps({"GB": entry}))
    assert known_help("GB", table) == KnownHelp("999", "Call", "nhs.uk", date(2026, 11, 1))
    assert known_help("AQ", table) is None


def test_what_ships_can_be_read() -> None:
    found = known_help("GB")
    assert found is None or (found.number and found.source)
