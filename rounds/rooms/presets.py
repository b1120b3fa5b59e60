"""What is said again and again at the door, ready to press and in each reader's language (pure)."""

from collections.abc import Callable

from rounds.kernel.words import N_

LATE = "late"
LATE_MINUTES = (5, 10, 20)

BY_STAFF = {
    LATE: N_("I am running late. It takes about {minutes} more minutes."),
    "soon": N_("I am with you in a moment."),
    "stay": N_("Please stay on this page. The call opens by itself."),
    "check": N_("I can’t hear you yet. Please check that your microphone is on."),
    "phone": N_("Shall we talk by phone instead? Then press “Call me instead”."),
}
BY_GUESTS = {
    "ready": N_("I am ready."),
    "moment": N_("I need a moment more."),
    "deaf": N_("I can’t hear anything."),
    "help": N_("Something does not work here."),
}


def preset_words(preset: str, minutes: int | None, translate: Callable[[str], str]) -> str:
    """Return what a preset says to somebody who reads by `translate`."""
    text = {**BY_STAFF, **BY_GUESTS}[preset]
    return translate(text).replace("{minutes}", str(minutes))


def offered(staff: bool, translate: Callable[[str], str]) -> list[dict[str, object]]:
    """Return the presets that somebody may press: `{preset, minutes, words}`, in order."""
    texts = BY_STAFF if staff else BY_GUESTS
    return [
        {
            "preset": preset,
            "minutes": minutes,
            "words": preset_words(preset, minutes, translate),
        }
        for preset in texts
        for minutes in (LATE_MINUTES if preset == LATE else (None,))
    ]
