"""The three questions after a visit and the list of technical problems: names and order (pure).

Three questions, since every further one costs answers; the first two after CollaboRATE (Elwyn et
al., Patient Educ Couns 2013: being listened to) and the Care Transitions Measure (CTM-3: knowing
what comes next), asked in our own words. The technical problems are the categories of Michigan
Medicine's survey after video visits (video, audio, dropped, setting up, waiting), in which one in
five of 180 patients had one.
"""

from collections.abc import Iterable
from enum import StrEnum


class Question(StrEnum):
    """A question that is answered by one tap; also the name of its column."""

    HEARD = "heard"
    ONWARD = "onward"
    WAY = "way"


class Problem(StrEnum):
    """What did not go well; `NOTHING` is the answer that there was nothing."""

    VIDEO = "video"
    SOUND = "sound"
    DROPPED = "dropped"
    SETTING_UP = "setting_up"
    WAITING = "waiting"
    NOTHING = "nothing"


STEPS: dict[Question, tuple[str, ...]] = {
    Question.HEARD: ("yes", "mostly", "little", "no"),
    Question.ONWARD: ("yes", "mostly", "little", "no"),
    Question.WAY: ("good", "okay", "hard", "bad"),
}
"""What can be answered, the best first; the words are in `experience_words.py`."""
GOOD_STEPS = 2
"""How many of them, from the best, count as a good answer."""


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Return each problem once, in order; `NOTHING` gives way to anything that was named."""
    named = set(problems)
    if len(named) > 1:
        named.discard(Problem.NOTHING)
    return [one for one in Problem if one in named]
