"""How a refusal of the gate is said to a page: a sentence, the reason, and what helps (pure)."""

from rounds.kernel.errors import Refusal
from rounds.kernel.words import N_
from rounds.sync.refused import Refused, Remedy

RESYNC = frozenset({"reopen", "not_open"})
RETRY = frozenset({"too_fast", "storage"})

SENTENCES = {
    "forbidden": N_("You may read this, but not change it."),
    "locked": N_("This part is locked at the moment."),
    "quarantined": N_("This part can only be read at the moment. Please call us."),
    "precondition": N_("Somebody else has changed this meanwhile."),
    "too_fast": N_("One moment, please."),
    "too_long": N_("This text has become too long."),
    "too_large": N_("This is too much at once."),
    "storage": N_("This could not be saved."),
}
OTHER = N_("This could not be taken in.")


def refusal_of(refused: Refused, **details: object) -> Refusal:
    """Return what a page is answered; `details` are numbers and ids it may act on."""
    told: dict[str, object] = {"reason": refused.code, "class": class_of(refused)}
    return Refusal(SENTENCES.get(refused.code, OTHER), **told, **details)


def class_of(refused: Refused) -> str:
    """Say what helps: opening anew, trying again, or nothing."""
    if refused.code in RETRY:
        return "retry"
    opens = refused.remedy is Remedy.REOPEN or refused.code in RESYNC
    return "resync" if opens else "final"
