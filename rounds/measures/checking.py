"""Looks whether an instrument is whole: what it names exists, and every total has its band."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

from rounds.kernel.broken import Broken, Path
from rounds.measures.answers import Answer, lowest_and_highest
from rounds.measures.evaluating import Unfit
from rounds.measures.formula import LISTS, Formula
from rounds.measures.instrument import AnswerList, Instrument
from rounds.measures.person import CHOICES
from rounds.measures.provenance import Code
from rounds.measures.scoring import score

LOINC = "http://loinc.org"


def check(instrument: Instrument) -> None:
    """Look at everything that one part of a file says of another. Raises Broken."""
    _unique("items", "id", [item.id for item in instrument.items])
    _unique("items", "number", [item.number for item in instrument.items])
    _unique("critical_rules", "id", [rule.id for rule in instrument.critical_rules])
    for at, item in enumerate(instrument.items):
        if not item.id.startswith(f"{instrument.id}-"):
            raise Broken(("items", at, "id"), f"it begins with {instrument.id}-")
        if item.text is None and item.text_withheld is None:
            raise Broken(("items", at, "text"), "there is neither a text nor why it is withheld")
    _answer_lists(instrument)
    _codes(instrument)
    _named_items(instrument)
    _named_values(instrument)
    _bands(instrument)
    _tried(instrument)


def _unique(part: str, field: str, values: Iterable[object]) -> None:
    seen: set[object] = set()
    for at, value in enumerate(values):
        if value in seen:
            raise Broken((part, at, field), f"{value} stands twice")
        seen.add(value)


def _answer_lists(instrument: Instrument) -> None:
    for name, answers in instrument.answer_lists.items():
        _answer_list(("answer_lists", name), answers)
    kinds = {"integer": "integer", "time": "time", "choice": None, "multi-choice": None}
    for at, item in enumerate(instrument.items):
        path: Path = ("items", at, "answer_list")
        if item.type == "text":
            if item.answer_list is not None:
                raise Broken(path, "a text has no list of answers")
            continue
        given = instrument.answer_lists.get(item.answer_list or "")
        if given is None:
            raise Broken(path, f"there is no list {item.answer_list}")
        if given.type != kinds[item.type] or given.multiple != (item.type == "multi-choice"):
            raise Broken(path, f"{item.answer_list} is no list for {item.type}")


def _answer_list(path: Path, given: AnswerList) -> None:
    if (given.type is None) != bool(given.options):
        raise Broken(path, "it has either options or a type")
    if given.type == "integer" and (given.min is None or given.max is None):
        raise Broken(path, "whole numbers have min and max")
    if given.type == "integer" and (given.min or 0) > (given.max or 0):
        raise Broken((*path, "max"), "it is less than min")
    for field in ("value", "code"):
        values = [getattr(option, field) for option in given.options]
        seen: set[object] = set()
        for at, value in enumerate(values):
            if value is not None and value in seen:
                raise Broken((*path, "options", at, field), f"{value} stands twice")
            seen.add(value)


def _codes(instrument: Instrument) -> None:
    codes: list[tuple[Path, Code | None]] = [
        (("codes", "panel"), instrument.codes.panel),
        (("codes", "total"), instrument.codes.total),
    ]
    codes += [(("items", at), item.code) for at, item in enumerate(instrument.items)]
    codes += [
        (("scoring", "derived", at), one.code) for at, one in enumerate(instrument.scoring.derived)
    ]
    seen: set[tuple[str, str]] = set()
    for way, code in codes:
        path = way if way[0] == "codes" else (*way, "code")
        if code is None:
            continue
        if (code.system, code.code) in seen:
            raise Broken((*path, "code"), f"{code.code} stands twice")
        if code.system == LOINC and not _loinc(code.code):
            raise Broken((*path, "code"), f"{code.code} fails the check digit of LOINC")
        seen.add((code.system, code.code))


def _loinc(code: str) -> bool:
    """Look at the check digit (Luhn, modulus 10), in which a wrong digit shows."""
    digits, line, last = code.partition("-")
    if not (line and digits.isascii() and digits.isdigit() and len(last) == 1 and last.isdigit()):
        return False
    doubled = [int(one) * (2 - at % 2) for at, one in enumerate(reversed(digits))]
    return (sum(one // 10 + one % 10 for one in doubled) + int(last)) % 10 == 0


def _named_items(instrument: Instrument) -> None:
    items, scoring = {item.id for item in instrument.items}, instrument.scoring
    _unique("scoring", "items", scoring.items)
    named: list[tuple[Path, str]] = [
        (("scoring", "items", at), id) for at, id in enumerate(scoring.items)
    ]
    named += [(("scoring", "gate"), scoring.gate)] if scoring.gate else []
    for at, state in enumerate(scoring.states):
        named += [(("scoring", "states", at, "also_missing"), id) for id in state.also_missing]
    for path, id in named:
        if id not in items:
            raise Broken(path, f"there is no item {id}")


def _formulas(instrument: Instrument) -> Iterator[tuple[str, Path, Formula | None]]:
    """Yield every formula: the value it makes or what it is for, and where it stands."""
    scoring = instrument.scoring
    yield "total", ("scoring", "total"), scoring.total
    yield "raw", ("scoring", "raw"), scoring.raw
    for at, one in enumerate(scoring.derived):
        yield one.id, ("scoring", "derived", at, "value"), one.value
    for at, band in enumerate(instrument.bands):
        yield "band", ("bands", at, "when"), band.when
    for at, item in enumerate(instrument.items):
        yield "asked", ("items", at, "enable_when"), item.enable_when
        yield "asked", ("items", at, "zero_when"), item.zero_when
    for at, state in enumerate(scoring.states):
        yield "state", ("scoring", "states", at, "when"), state.when
    for at, rule in enumerate(instrument.critical_rules):
        yield "rule", ("critical_rules", at, "when"), rule.when
        yield "rule", ("critical_rules", at, "unanswered_when"), rule.unanswered_when


def _named_values(instrument: Instrument) -> None:
    scoring = instrument.scoring
    numbers = {item.number for item in instrument.items}
    facts = set(CHOICES) | set(instrument.flags)
    derived = [one.id for one in scoring.derived]
    _unique("scoring", "derived", derived)
    taken = {"total", "raw", "band", *LISTS, *facts}
    for at, id in enumerate(derived):
        if id in taken:
            raise Broken(("scoring", "derived", at, "id"), f"{id} is taken")
    values = {"total", "band", *derived} | ({"raw"} if scoring.raw else set())
    leads_to: dict[str, set[str]] = {"band": {"total"}}
    places: dict[str, Path] = {}
    for makes, path, formula in _formulas(instrument):
        if formula is None:
            continue
        # Whether a question is asked cannot hang on what its answer comes to.
        known = facts if makes == "asked" else facts | values | LISTS
        for name in sorted(formula.names - known):
            raise Broken(path, f"there is no value {name} here")
        for number in sorted(formula.items - numbers):
            raise Broken(path, f"there is no item number {number}")
        places.setdefault(makes, path)
        if makes in values:
            leads_to.setdefault(makes, set()).update(formula.names & values)
    try:
        TopologicalSorter(leads_to).prepare()
    except CycleError as fault:
        ring = fault.args[1]
        path = next(places[name] for name in ring if name in places)
        raise Broken(path, f"it leads back to itself: {', '.join(ring)}") from None


def _bands(instrument: Instrument) -> None:
    scoring, bands = instrument.scoring, instrument.bands
    if scoring.total is None:
        if bands:
            raise Broken(("bands",), "without a total there are no bands")
        return
    if scoring.min is None or scoring.max is None or scoring.missing is None:
        raise Broken(("scoring",), "a total has min, max and a rule for missing answers")
    if scoring.min > scoring.max or scoring.direction is None:
        raise Broken(("scoring",), "a total runs from min to max and has a direction")
    if scoring.missing.most >= max(len(scoring.items), 1):
        raise Broken(("scoring", "missing", "most"), "it leaves no answer to score")
    by_rule = [band.when is not None for band in bands]
    if all(by_rule):
        return
    if any(by_rule):
        raise Broken(("bands",), "all have a formula, or none has")
    step, next_one = Fraction(1, 10**scoring.decimals), Fraction(scoring.min)
    for at, band in enumerate(bands):
        if band.min is None or band.max is None or Fraction(band.min) != next_one:
            raise Broken(("bands", at), f"it begins at {float(next_one):g}, where the last ended")
        if band.max < band.min:
            raise Broken(("bands", at, "max"), "it is less than min")
        next_one = Fraction(band.max) + step
    if next_one != Fraction(scoring.max) + step:
        raise Broken(("bands", len(bands) - 1, "max"), f"the last one ends at {scoring.max}")


def _tried(instrument: Instrument) -> None:
    """Score the empty form and the lowest and highest answers: every formula has to work."""
    ends = {item.id: lowest_and_highest(item, instrument.answer_lists) for item in instrument.items}
    forms: list[dict[str, object]] = [{}]
    forms += [{id: _form(one[at]) for id, one in ends.items()} for at in (0, -1)]
    for form in forms:
        try:
            found = score(instrument, form, {})
        except Unfit as fault:
            raise Broken(("scoring",), f"a formula does not work: {fault}") from None
        low, high = instrument.scoring.min, instrument.scoring.max
        if found.total is not None and not (low or 0) <= found.total <= (high or 0):
            raise Broken(("scoring",), f"a total of {found.total} is outside {low} to {high}")


def _form(answer: Answer) -> object:
    return list(answer) if isinstance(answer, tuple) else answer
