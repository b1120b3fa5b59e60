"""Scores of instruments whose texts may not ship, from the values that stand on a clinic's form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from rounds.kernel.broken import Broken
from rounds.kernel.located import read_json
from rounds.measures.instrument import Id, Name
from rounds.measures.person import read_context
from rounds.measures.provenance import Shape, Text

FILE = Path(__file__).with_name("restricted.json")
MOST_BYTES = 100_000

Position = Annotated[int, Field(ge=1, le=99)]
"""The place of an item on the form, from 1."""


class Stretch(Shape):
    """A band of the total, both ends within it."""

    min: int
    max: int
    code: Id
    label: Text


class Variant(Shape):
    """A form for people of whom a fact is true: some items do not count, and no band is known."""

    flag: Name
    without: tuple[Position, ...] = Field(min_length=1, strict=False)
    max: int


class Summing(Shape):
    """A sum of items, some of them `reversed`; a total only when all are answered."""

    items: Position
    item_min: int
    item_max: int
    min: int
    max: int
    direction: Literal["higher-worse", "higher-better"]
    reversed: tuple[Position, ...] = Field((), strict=False)
    subscales: dict[Name, Annotated[tuple[Position, ...], Field(strict=False)]] = Field(
        default_factory=dict
    )
    bands: tuple[Stretch, ...] = Field((), strict=False)
    variants: tuple[Variant, ...] = Field((), strict=False)


class Restricted(Shape):
    """What is known of an instrument without its texts; `reason` says why they are not here."""

    id: Id
    title: Text
    reason: Text
    codes: dict[str, Text | Annotated[tuple[Text, ...], Field(strict=False)] | None]
    substitute: Text
    scoring: Summing | None
    scoring_note: Text | None


class Restrictions(Shape):
    """The file as a whole."""

    schema_: Literal["rounds-restricted/2"] = Field(alias="schema")
    note: Text
    instruments: tuple[Restricted, ...] = Field(strict=False)


@dataclass(frozen=True, slots=True)
class Sum:
    """What values come to; `sub` is None where the instrument has no subscales or no total."""

    status: Literal["complete", "incomplete"]
    total: int | None
    band: str | None
    sub: Mapping[str, int] | None


@cache
def restricted() -> Mapping[str, Restricted]:
    """Return what is known, by id. Raises BrokenFile."""
    return read_restricted(FILE.name, FILE.read_bytes())


def read_restricted(file: str, data: bytes) -> Mapping[str, Restricted]:
    """Return what a file of this name knows, by id. Raises BrokenFile."""
    located = read_json(file, data, MOST_BYTES)
    try:
        read = Restrictions.model_validate(located.value)
    except ValidationError as fault:
        raise located.misshapen(fault) from None
    found: dict[str, Restricted] = {}
    try:
        for at, one in enumerate(read.instruments):
            if one.id in found:
                raise Broken(("instruments", at, "id"), f"{one.id} stands twice")
            for reason in _faults(one.scoring) if one.scoring else ():
                raise Broken(("instruments", at, "scoring"), reason)
            found[one.id] = one
    except Broken as broken:
        raise located.refusal(broken) from None
    return found


def score_values(
    instrument: Restricted, values: Sequence[object], context: Mapping[str, object]
) -> Sum:
    """Return the sum of values in the order of the form, None for what was not answered.

    Raises Broken where a value does not fit, or where no way of scoring is known.
    """
    summing = instrument.scoring
    if summing is None:
        raise Broken(("instrument",), f"no way to score {instrument.id} from its values is known")
    facts = read_context(context, frozenset(one.flag for one in summing.variants))
    if len(values) != summing.items:
        raise Broken(("values",), f"{instrument.id} has {summing.items} items")
    given = [_value(summing, at, value) for at, value in enumerate(values)]
    variant = next((one for one in summing.variants if facts[one.flag]), None)
    counted = {
        at: value
        for at, value in enumerate(given, 1)
        if variant is None or at not in variant.without
    }
    known = {at: value for at, value in counted.items() if value is not None}
    if len(known) < len(counted):
        return Sum("incomplete", None, None, None)
    turned = {
        at: summing.item_min + summing.item_max - value if at in summing.reversed else value
        for at, value in known.items()
    }
    total = sum(turned.values())
    bands = summing.bands if variant is None else ()
    band = next((one.code for one in bands if one.min <= total <= one.max), None)
    sub = {
        name: sum(turned[at] for at in places if at in turned)
        for name, places in summing.subscales.items()
    }
    return Sum("complete", total, band, sub or None)


def _value(summing: Summing, at: int, value: object) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not summing.item_min <= value <= summing.item_max:
        reason = f"it is a whole number from {summing.item_min} to {summing.item_max}"
        raise Broken(("values", at), reason)
    return value


def _faults(summing: Summing) -> Iterator[str]:
    """Yield what does not fit together in what is known of a sum."""
    ends = summing.items * summing.item_min, summing.items * summing.item_max
    if summing.item_min >= summing.item_max or (summing.min, summing.max) != ends:
        yield f"min and max do not fit {summing.items} items"
    places = {at for group in summing.subscales.values() for at in group}
    places |= set(summing.reversed) | {at for one in summing.variants for at in one.without}
    if places and max(places) > summing.items:
        yield f"there is no item {max(places)}"
    edge = summing.min
    for band in summing.bands:
        if band.min != edge or band.max < band.min:
            yield f"a band begins at {edge}"
        edge = band.max + 1
    if summing.bands and edge != summing.max + 1:
        yield f"the last band ends at {summing.max}"
