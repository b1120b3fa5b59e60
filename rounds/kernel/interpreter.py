"""How the interpreter behaves while it serves: when it looks for garbage, how threads take turns.

Garbage: as it comes it looks through everything again and again while many people connect, our own
code included: each time the loop stands still for a tenth of a second and more, and what people
write at that time is late (docs/MEASUREMENTS.md). What is there at the start stays for good, and
what a request makes dies young.

Turns: threads of the database's driver have little to do and often; each time they wait until the
loop gives way, which it does after 5 ms where nobody says otherwise. With many pages at once that
is most of what a page takes.
"""

import gc
import sys

YOUNG, MIDDLE, OLD = 10_000, 20, 50
"""New objects until the youngest are looked through, and so many such looks until the older are."""
TURN = 0.0005
"""Seconds that a thread computes while another one waits."""


def settle_to_serve() -> None:
    """Look through nothing that is there now, and seldom through the rest; take short turns."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    sys.setswitchinterval(TURN)
