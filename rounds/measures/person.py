"""What scoring may have to know of the person beside the answers."""

from collections.abc import Mapping

from rounds.kernel.broken import Broken

CHOICES: Mapping[str, frozenset[str]] = {
    # FHIR R4 administrative-gender.
    "sex": frozenset({"female", "male", "other", "unknown"}),
    # The refusal rule of the ASQ asks for it.
    "population": frozenset({"adult", "youth"}),
}
"""Facts that any instrument may ask for; what is not told is the empty word."""

Context = Mapping[str, str | bool]


def read_context(told: Mapping[str, object], flags: frozenset[str]) -> Context:
    """Return the facts told, of those that exist, with `flags` that are an instrument's own.

    Raises Broken with the way to the one that cannot be used.
    """
    found: dict[str, str | bool] = dict.fromkeys(CHOICES, "") | dict.fromkeys(flags, False)
    for name, value in told.items():
        if name in flags:
            if not isinstance(value, bool):
                raise Broken(("context", name), "it is either true or false")
            found[name] = value
        elif name not in CHOICES:
            raise Broken(("context", name), "nothing is known of this fact")
        elif value is not None:
            if not isinstance(value, str) or value not in CHOICES[name]:
                raise Broken(("context", name), f"it is one of {', '.join(sorted(CHOICES[name]))}")
            found[name] = value
    return found
