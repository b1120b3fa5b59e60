"""Keys that put items in order, as static/careplan/ranks.js makes them (pure)."""

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
STEP = 2
"""A small step at the end leaves room for many more behind it."""


def rank_after(last: str) -> str:
    """Return a key behind `last`, "" for the first of all.

    A key is a fraction written with the digits 0–9a–z after the point; it never ends in 0.
    """
    key = ""
    for at in range(len(last) + 1):
        low = DIGITS.index(last[at]) if at < len(last) else 0
        room = len(DIGITS) - low
        if room > 1:
            return key + DIGITS[low + min(STEP, room - 1)]
        key += DIGITS[low]
    return key
