"""Reads the instruments that ship with rounds; a broken file is refused: which line, and why.

To add an instrument, put one file into the folder. `noncommercial/` holds those whose texts must
not serve commercial purposes, under a licence of their own that stands there.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from rounds.kernel.broken import Broken, BrokenFile
from rounds.kernel.located import read_json
from rounds.measures.checking import check
from rounds.measures.instrument import Instrument

FOLDER = Path(__file__).with_name("instruments")
NONCOMMERCIAL = FOLDER / "noncommercial"
MOST_BYTES = 100_000
"""The largest instrument that ships has 20,000."""


@cache
def shipped() -> Mapping[str, Instrument]:
    """Return the instruments by id, in the order of their ids. Raises BrokenFile."""
    return read_folders(FOLDER, NONCOMMERCIAL)


def read_folders(*folders: Path) -> Mapping[str, Instrument]:
    """Return the instruments of all files in folders by id. Raises BrokenFile."""
    found: dict[str, Instrument] = {}
    for path in sorted(path for folder in folders for path in folder.glob("*.json")):
        instrument = read_file(path.name, path.read_bytes())
        if instrument.id in found:
            raise BrokenFile(path.name, 1, f"there is another {instrument.id}")
        found[instrument.id] = instrument
    return dict(sorted(found.items()))


def read_file(file: str, data: bytes) -> Instrument:
    """Return the instrument that a file of this name holds. Raises BrokenFile."""
    located = read_json(file, data, MOST_BYTES)
    try:
        instrument = Instrument.model_validate(located.value)
    except ValidationError as fault:
        raise located.misshapen(fault) from None
    try:
        if instrument.id != file.removesuffix(".json"):
            raise Broken(("id",), "it is not the name of the file")
        check(instrument)
    except Broken as broken:
        raise located.refusal(broken) from None
    return instrument
