"""Fractions become numbers that people read, half up and never through binary ones."""

from decimal import Decimal
from fractions import Fraction

Number = int | Decimal
"""A number as it is told: whole, or with the decimals that its instrument states."""


def half_up(value: Fraction, decimals: int) -> Number:
    """Round half away from zero, as the instruments' manuals do: 3.35 becomes 3.4 and not 3.3."""
    scale = 10**decimals
    whole = int(abs(value) * scale + Fraction(1, 2))
    signed = -whole if value < 0 else whole
    return Decimal(signed).scaleb(-decimals) if decimals else signed
