"""Gives the sentences of a data file to the catalogue of texts, as `make words` collects them."""

from collections.abc import Iterator
from typing import IO

from rounds.registry.placed import Placed, read_placed

SHOWN = ("message", "says", "urgency", "why")
"""Fields that people read; conditions, names and citations stay as they are."""

Found = tuple[int, None, str, list[str]]


def collect(file: IO[bytes], *_: object, **__: object) -> Iterator[Found]:
    """Give line and text of each sentence, in the form that Babel asks of an extractor.

    Raises BrokenFile. Keywords, tags of comments and options, which Babel tells, have no use here.
    """
    yield from _sentences(read_placed(file.name, file.read()))


def _sentences(told: Placed) -> Iterator[Found]:
    inside = told.value
    if isinstance(inside, dict):
        for name, one in inside.items():
            if name in SHOWN and isinstance(one.value, str):
                yield one.line, None, one.value, []
            yield from _sentences(one)
    elif isinstance(inside, list):
        for one in inside:
            yield from _sentences(one)
