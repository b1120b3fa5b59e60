"""How far something came on its way into a plan, as pages say it (pure)."""

from collections.abc import Mapping

from rounds.careplan.arriving import Standing
from rounds.kernel.words import N_

WORDS: Mapping[Standing, str] = {
    Standing.OUTSIDE: "",
    Standing.WAITS: N_("It is on its way into the care plan."),
    Standing.CLOSED: N_(
        "That part of the care plan is closed for changes. It comes in when it is opened again."
    ),
    Standing.THERE: N_("It is in the care plan. What changes here now is changed there by hand."),
    Standing.REFUSED: N_("The care plan did not take it. You can try again."),
}


def arrival_words(standing: Standing) -> str:
    """Return the words for it, to be translated; "" where there is nothing to say."""
    return WORDS[standing]
