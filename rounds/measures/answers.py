"""Which answers an item takes; everything else is refused with the way to it."""

import re
from collections.abc import Mapping

from rounds.kernel.broken import Broken
from rounds.measures.instrument import AnswerList, Instrument, Item

LONGEST_TEXT = 2000
"""Characters of an answer in one's own words."""
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")

Answer = int | str | tuple[int | str, ...]
Answers = Mapping[str, Answer]


def read_answers(instrument: Instrument, told: Mapping[str, object]) -> Answers:
    """Return the answers by item id, without those that were not given (None, or nothing chosen).

    Raises Broken with the way to the one that cannot be used.
    """
    items = {item.id: item for item in instrument.items}
    found: dict[str, Answer] = {}
    for name, value in told.items():
        if name not in items:
            raise Broken(("answers", name), f"{instrument.id} has no such item")
        answer = _answer(items[name], instrument.answer_lists, value)
        if answer is not None:
            found[name] = answer
    return found


def lowest_and_highest(item: Item, lists: Mapping[str, AnswerList]) -> tuple[Answer, ...]:
    """Return the answers at both ends of what an item takes, to try formulas with."""
    given = lists.get(item.answer_list or "", AnswerList())
    if item.type == "text":
        return ("x",)
    if item.type == "time":
        return ("00:00", "23:59")
    if item.type == "integer":
        return tuple(end for end in (given.min, given.max) if end is not None)
    values = [option.value for option in given.options]
    ends = (min(values, key=_rank), max(values, key=_rank))
    return tuple((end,) for end in ends) if item.type == "multi-choice" else ends


def _answer(item: Item, lists: Mapping[str, AnswerList], value: object) -> Answer | None:
    if value is None:
        return None
    given = lists.get(item.answer_list or "", AnswerList())
    match item.type:
        case "choice":
            return _chosen(item, given, value)
        case "multi-choice":
            return _several(item, given, value)
        case "integer":
            return _counted(item, given, value)
    if not isinstance(value, str):
        raise Broken(("answers", item.id), "it is a text")
    if item.type == "time":
        if not _CLOCK.fullmatch(value):
            raise Broken(("answers", item.id), "it is a time from 00:00 to 23:59")
        return value
    if len(value) > LONGEST_TEXT or "\x00" in value:
        raise Broken(
            ("answers", item.id), f"it has at most {LONGEST_TEXT} characters that can be read"
        )
    return value if value.strip() else None


def _chosen(item: Item, given: AnswerList, value: object) -> int | str:
    for option in given.options:
        # In Python True is 1, and 1.0 as well; neither is an answer.
        if type(value) is type(option.value) and value == option.value:
            return option.value
    values = ", ".join(str(option.value) for option in given.options)
    raise Broken(("answers", item.id), f"it is one of {values}")


def _several(item: Item, given: AnswerList, value: object) -> tuple[int | str, ...] | None:
    if not isinstance(value, list):
        raise Broken(("answers", item.id), "it is a list of answers")
    found = tuple(_chosen(item, given, one) for one in value[: len(given.options) + 1])
    if len(set(found)) < len(value):
        raise Broken(("answers", item.id), "an answer stands twice in it")
    return found or None


def _counted(item: Item, given: AnswerList, value: object) -> int:
    low, high = given.min or 0, given.max or 0
    if type(value) is not int or not low <= value <= high:
        raise Broken(("answers", item.id), f"it is a whole number from {low} to {high}")
    return value


def _rank(value: int | str) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, value)
