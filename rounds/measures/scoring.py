"""From answers to a score, its band, what is missing, and whom somebody must be told of (pure).

What was not asked is unknown, never a zero. A total is told only when the answers suffice by the
instrument's own rule; a rule of safety holds as soon as its answer is given, in an incomplete
set as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rounds.measures.answers import Answers, read_answers
from rounds.measures.evaluating import Known, One, Unfit, Value
from rounds.measures.instrument import Derived, Instrument, Item, State
from rounds.measures.person import Context, read_context
from rounds.measures.rounding import Number, half_up

UNANSWERED = ":not-answered"
"""Stands behind the id of a safety rule whose question was left blank."""
TOLD_IN = ("complete", "partial")

Told = Number | bool | str | None


@dataclass(frozen=True, slots=True)
class Score:
    """What answers come to.

    `status`: complete, incomplete, partial (unknown parts remain), invalid (answers contradict
    each other), not-applicable, or no-total (the instrument has none). `missing` holds the ids of
    scoring items without an answer, `sub` the values beside the total, `alerts` the ids of the
    critical rules that hold.
    """

    status: str
    total: Number | None
    raw: Number | None
    band: str | None
    missing: tuple[str, ...]
    sub: Mapping[str, Told]
    alerts: tuple[str, ...]


def score(
    instrument: Instrument, answers: Mapping[str, object], context: Mapping[str, object]
) -> Score:
    """Return the score of answers by item id, None for one that was not given.

    `context` tells of the person what `rounds.measures.person` lists. Raises Broken with the way
    to an answer or a fact that cannot be used.
    """
    facts = read_context(context, frozenset(instrument.flags))
    return _Sheet(instrument, read_answers(instrument, answers), facts).score()


class _Sheet:
    """One filled-in questionnaire while it is scored."""

    def __init__(self, instrument: Instrument, answers: Answers, facts: Context) -> None:
        self._instrument = instrument
        self._scoring = instrument.scoring
        self._answers = answers
        self._facts = facts
        self._derived = {one.id: one for one in self._scoring.derived}
        self._found: dict[str, Value] = {}
        numbers = {item.number: answers.get(item.id) for item in instrument.items}
        self._known = Known(
            # An answer of several parts is asked for by its needs, never by its value.
            {at: None if isinstance(one, tuple) else one for at, one in numbers.items()},
            {item.number: self._need(item) for item in instrument.items},
            self._look_up,
        )
        self._counted = self._scoring_items()

    def score(self) -> Score:
        state = self._state()
        stands = state in TOLD_IN or self._scoring.stands_incomplete
        if not stands:
            self._found |= {"total": None, "raw": None}
        total, raw = self._told("total"), self._told("raw")
        missing = () if self._gated() else self._missing()
        also = next((one.also_missing for one in self._states()), ())
        return Score(
            state, total, raw, self._band(), (*missing, *also), self._sub(state), self._alerts()
        )

    def _scoring_items(self) -> dict[str, One]:
        items = {item.id: item for item in self._instrument.items}
        return {id: self._counts_as(items[id]) for id in self._scoring.items}

    def _counts_as(self, item: Item) -> One:
        answer = self._answers.get(item.id)
        if answer is None and item.zero_when is not None and self._known.holds(item.zero_when):
            return 0
        return None if isinstance(answer, tuple) else answer

    def _missing(self) -> tuple[str, ...]:
        """Return the items without an answer that counts, the gate first."""
        gate = self._scoring.gate
        items = {item.id: item for item in self._instrument.items}
        needed = dict.fromkeys(([gate] if gate else []) + list(self._scoring.items))
        answered = {id for id, one in self._counted.items() if one is not None}
        answered |= {id for id in needed if id in self._answers and id in items}
        return tuple(id for id in needed if id not in answered)

    def _gated(self) -> bool:
        gate = self._scoring.gate
        return gate is not None and self._answers.get(gate) == 0

    def _states(self) -> Sequence[State]:
        return [one for one in self._scoring.states if self._known.holds(one.when)][:1]

    def _state(self) -> str:
        if self._scoring.total is None:
            return "no-total"
        for one in self._states():
            return one.status
        rule = self._scoring.missing
        if rule is not None and rule.policy == "most-missing" and not self._gated():
            gate = self._scoring.gate
            missing = self._missing()
            if len(missing) > rule.most or gate in missing:
                return "incomplete"
        return "complete"

    def _look_up(self, name: str) -> Value:
        if name == "scored":
            return list(self._counted.values())
        if name == "answered":
            return [one for one in self._counted.values() if one is not None]
        if name in self._facts:
            return self._facts[name]
        if name not in self._found:
            self._found[name] = self._work_out(name)
        return self._found[name]

    def _work_out(self, name: str) -> One:
        if name == "band":
            return self._band()
        if name in ("total", "raw"):
            if self._gated():
                return 0
            formula = self._scoring.total if name == "total" else self._scoring.raw
            value = self._known.value(formula) if formula is not None else None
            if name == "total" and isinstance(value, int | Fraction):
                # Bands and rules see the total that people see.
                return Fraction(half_up(Fraction(value), self._scoring.decimals))
            return value
        return self._known.value(self._derived[name].value)

    def _told(self, name: str) -> Number | None:
        value = self._look_up(name)
        if not isinstance(value, int | Fraction):
            return None
        scoring = self._scoring
        return half_up(
            Fraction(value), scoring.decimals if name == "total" else scoring.raw_decimals
        )

    def _band(self) -> str | None:
        total = self._look_up("total") if self._scoring.total is not None else None
        for band in self._instrument.bands:
            if band.when is not None:
                if self._known.holds(band.when):
                    return band.code
            elif (
                isinstance(total, int | Fraction)
                and band.min is not None
                and band.max is not None
                and Fraction(band.min) <= total <= Fraction(band.max)
            ):
                return band.code
        return None

    def _sub(self, state: str) -> dict[str, Told]:
        found: dict[str, Told] = {}
        for one in self._scoring.derived:
            value = _shown(one, self._look_up(one.id))
            wanted = {
                "always": True,
                "known": value is not None,
                "complete": state == "complete",
                "never": False,
            }
            if wanted[one.told]:
                found[one.id] = value
        return found

    def _alerts(self) -> tuple[str, ...]:
        found: list[str] = []
        for rule in self._instrument.critical_rules:
            if rule.when is not None and self._known.holds(rule.when):
                found.append(rule.id)
            elif rule.unanswered_when is not None and self._known.holds(rule.unanswered_when):
                found.append(rule.id + UNANSWERED)
        return tuple(found)

    def _need(self, item: Item) -> bool | None:
        answer = self._answers.get(item.id)
        if answer is None:
            return None
        chosen = answer if isinstance(answer, tuple) else (answer,)
        given = self._instrument.answer_lists.get(item.answer_list or "")
        marked = {one.value for one in given.options if one.need} if given is not None else set()
        return any(one in marked for one in chosen)


def _shown(derived: Derived, value: Value) -> Told:
    if derived.labels is not None:
        return derived.labels["unknown" if value is None else "true" if value is True else "false"]
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int | Fraction):
        return half_up(Fraction(value), derived.decimals)
    raise Unfit(f"{derived.id} is a list")
