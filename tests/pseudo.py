"""A made-up language, longer, accented and in brackets, that shows what is not translated."""

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.house.sources import ROOT

LEFT_TO_RIGHT, RIGHT_TO_LEFT = "eo", "ar"
OPEN, CLOSE = "⟦", "⟧"
LONGEST_WORD = 24

_ACCENTS = str.maketrans(
    "aceiounyACEIOUNY", "áçéíóúñýÁÇÉÍÓÚÑÝ"
)  # fmt: skip
# Placeholders of both kinds, markup and entities stay as they are.
_KEPT = re.compile(r"(%\(\w+\)[sd]|\{\w+\}|<[^>]+>|&\w+;)")


def pseudo(text: str) -> str:
    """The text as the made-up language says it: 40 % longer, which is what German needs."""
    parts = [
        part if _KEPT.fullmatch(part) else part.translate(_ACCENTS) for part in _KEPT.split(text)
    ]
    more = max(1, len(text) * 2 // 5)
    # Longer by further words, as languages are: no language has words of sixty letters.
    words = " ".join("·" * min(LONGEST_WORD, more - at) for at in range(0, more, LONGEST_WORD))
    return f"{OPEN}{''.join(parts)}{words}{CLOSE}"


def write_catalogue(folder: Path, language: str = LEFT_TO_RIGHT) -> None:
    """Compile the made-up language into a locale folder, from the product's template."""
    template = ROOT / "rounds/locale/rounds.pot"
    catalogue: Catalog = read_po(BytesIO(template.read_bytes()), locale=language)
    for message in catalogue:
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            forms = [pseudo(message.id[min(form, 1)]) for form in range(catalogue.num_plurals)]
            message.string = tuple(forms)
        else:
            message.string = pseudo(str(message.id))
    target = folder / language / "LC_MESSAGES" / "rounds.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        write_mo(stream, catalogue)
