"""The words of what was in the way of sound and picture."""

from collections.abc import Callable, Mapping

from rounds.kernel.words import N_

DEVICES: Mapping[str, str] = {
    "microphone": N_("Microphone"),
    "camera": N_("Camera"),
    "way": N_("Way of sound and picture"),
}
CAUSES: Mapping[str, str] = {
    "denied": N_("not allowed for our page"),
    "once": N_("not allowed this time"),
    "dismissed": N_("the browser's question was not answered"),
    "system": N_("kept from the browser by the device"),
    "in_use": N_("in use by another program"),
    "none": N_("none found"),
    "insecure": N_("page without a secure connection"),
    "unsupported": N_("not given by this browser"),
    "lost": N_("went away during the visit"),
    "unknown": N_("no reason told"),
    "no_way": N_("no way through the network"),
    "busy": N_("all our lines in use"),
}
OUTCOMES: Mapping[str, str] = {
    "voiced": N_("were heard by video all the same"),
    "phoned": N_("went on by telephone"),
    "came": N_("came and were not heard"),
    "stayed_away": N_("did not come"),
}
"""What became of people whose self-test showed a red light."""


def cause_words(cause: str, translate: Callable[[str], str]) -> str:
    """Return words for a cause such as "camera:denied"; one that is not known stands as it is."""
    device, _colon, why = cause.partition(":")
    if device not in DEVICES or why not in CAUSES:
        return cause
    return f"{translate(DEVICES[device])}: {translate(CAUSES[why])}"


def outcome_words(outcome: str, translate: Callable[[str], str]) -> str:
    """Return what became of a red light."""
    return translate(OUTCOMES[outcome])
