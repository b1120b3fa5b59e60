"""A file of cases, such as a clinic makes to check scores: read whole, then scored whole."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError

from rounds.kernel.broken import Broken, Path
from rounds.kernel.located import read_json
from rounds.measures.change import Change, change, scale_of, scale_of_values
from rounds.measures.instrument import Instrument
from rounds.measures.instrument_files import shipped
from rounds.measures.provenance import Shape
from rounds.measures.restricted import Restricted, Sum, restricted, score_values
from rounds.measures.scoring import Score, score

MOST_BYTES = 10_000_000

Kind = TypeVar("Kind", Instrument, Restricted)
CaseName = Annotated[str, Field(max_length=500)]


class Case(Shape):
    """Answers by item id; what is expected of them, and who checked it, is not read here."""

    instrument: str
    case: CaseName | None = None
    context: dict[str, Any] = Field(default_factory=dict)
    answers: dict[str, Any]
    expected: dict[str, Any] | None = None
    checks: Any = None


class RestrictedCase(Shape):
    """Values in the order of the clinic's own form."""

    instrument: str
    case: CaseName | None = None
    context: dict[str, Any] = Field(default_factory=dict)
    values: list[Any]
    expected: dict[str, Any] | None = None
    checks: Any = None


class ChangeCase(Shape):
    """Two totals, the earlier one first."""

    instrument: str
    case: CaseName | None = None
    baseline: Any
    current: Any
    expected: dict[str, Any] | None = None
    checks: Any = None


class Cases(Shape):
    """The file as a whole."""

    model_config = Shape.model_config | {"extra": "ignore"}

    vectors: list[Case] | None = None
    restricted_vectors: list[RestrictedCase] | None = None
    change_vectors: list[ChangeCase] | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """Every case beside what it came to, in the order of the file."""

    scores: list[tuple[Case, Score]]
    sums: list[tuple[RestrictedCase, Sum]]
    changes: list[tuple[ChangeCase, Change]]


def score_cases(file: str, data: bytes) -> Results:
    """Return what the cases of a file come to. Raises BrokenFile at the first that cannot be used.

    Nothing is returned of a file that is broken anywhere: half a check proves nothing.
    """
    located = read_json(file, data, MOST_BYTES)
    try:
        cases = Cases.model_validate(located.value)
    except ValidationError as fault:
        raise located.misshapen(fault) from None
    path: Path = ()
    try:
        if not cases.model_fields_set:
            raise Broken((), f"it holds none of {', '.join(Cases.model_fields)}")
        results = Results([], [], [])
        for at, one in enumerate(cases.vectors or []):
            path = ("vectors", at)
            found = score(_known(shipped(), one.instrument), one.answers, one.context)
            results.scores.append((one, found))
        for at, other in enumerate(cases.restricted_vectors or []):
            path = ("restricted_vectors", at)
            kept = _known(restricted(), other.instrument)
            results.sums.append((other, score_values(kept, other.values, other.context)))
        for at, pair in enumerate(cases.change_vectors or []):
            path = ("change_vectors", at)
            results.changes.append((pair, _change(pair)))
    except Broken as broken:
        raise located.refusal(Broken((*path, *broken.path), broken.reason)) from None
    return results


def got_score(found: Score) -> dict[str, Any]:
    """Return a score as JSON tells it."""
    return {field.name: plain(getattr(found, field.name)) for field in fields(found)}


def got_sum(found: Sum) -> dict[str, Any]:
    """Return a sum of values as JSON tells it, with `sub` only where there are subscales."""
    told = {"status": found.status, "total": found.total, "band": found.band}
    return told | ({"sub": dict(found.sub)} if found.sub is not None else {})


def got_change(found: Change) -> dict[str, Any]:
    """Return a change as JSON tells it; the course in words is for people."""
    told = {field.name: plain(getattr(found, field.name)) for field in fields(found)}
    del told["course"]
    return told


def _change(pair: ChangeCase) -> Change:
    if pair.instrument in shipped():
        return change(scale_of(shipped()[pair.instrument]), pair.baseline, pair.current)
    scale = scale_of_values(_known(restricted(), pair.instrument))
    return change(scale, pair.baseline, pair.current)


def _known(known: Mapping[str, Kind], name: str) -> Kind:
    if name not in known:
        raise Broken(("instrument",), f"no such instrument: {', '.join(known)}")
    return known[name]


def plain(value: object) -> object:
    """Return a value as JSON libraries take it: lists, objects, and binary numbers."""
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return float(value) if isinstance(value, Decimal) else value
