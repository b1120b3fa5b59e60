"""The words for what speaks against a time, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence

from rounds.people.model import Person
from rounds.scheduling.availability import Concern


def concern_words(
    found: Sequence[tuple[str, str]], people: Mapping[str, Person], translate: Callable[[str], str]
) -> list[str]:
    """Return one sentence per clash."""
    _ = translate
    words = {
        Concern.CLOSED: _("{name}: outside of the working hours."),
        Concern.OFF: _("{name} is away then."),
        Concern.BUSY: _("{name} has another visit then."),
        Concern.KEPT: _("{name} keeps these minutes free for same-day handoffs."),
    }
    return [
        words[Concern(concern)].format(name=people[person].name if person in people else "–")
        for person, concern in found
    ]
