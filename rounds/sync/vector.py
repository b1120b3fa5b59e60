"""Reads a state vector before the document library does (pure).

The library sets memory aside for as many entries as the first number says, so that a few bytes
could ask for more than there is.
"""

from rounds.sync.gate import LAST_CLIENT, LAST_CLOCK
from rounds.sync.refused import Refused

MOST_ENTRIES = 20_000


def check_vector(vector: bytes) -> None:
    """Raise Refused("vector") for anything else than pairs of client ids and clocks, counted."""
    numbers, at = [], 0
    while at < len(vector):
        value = shift = 0
        while True:
            if at >= len(vector) or shift > 56:
                raise Refused("vector")
            byte = vector[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
        numbers.append(value)
    if not numbers or numbers[0] > MOST_ENTRIES or len(numbers) != 1 + 2 * numbers[0]:
        raise Refused("vector")
    if max(numbers[1::2], default=0) > LAST_CLIENT or max(numbers[2::2], default=0) > LAST_CLOCK:
        raise Refused("vector")
