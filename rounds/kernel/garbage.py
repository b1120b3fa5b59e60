"""When the interpreter looks for garbage that refers to itself.

As it comes it looks through everything again and again while many people connect, our own code
included: each time the loop stands still for a tenth of a second and more, and what people write
at that time is late (docs/MEASUREMENTS.md). What is there at the start stays for good, and what
a request makes dies young.
"""

import gc

YOUNG, MIDDLE, OLD = 10_000, 20, 50
"""New objects until the youngest are looked through, and so many such looks until the older are."""


def spare_what_stays() -> None:
    """Look through nothing that is there now, and seldom through the rest."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
