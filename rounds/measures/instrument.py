"""What an instrument file says: texts, answers, how it is scored, its bands, rules and sources."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from rounds.measures.formula import FormulaField
from rounds.measures.provenance import (
    Code,
    Codes,
    Licence,
    Reference,
    Shape,
    Source,
    Text,
    Translation,
    Verification,
)

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
RuleId = Annotated[str, StringConstraints(pattern=r"^CR(-[A-Z0-9]+)+$", max_length=40)]
Figure = int | Decimal
Decimals = Annotated[int, Field(ge=0, le=3)]


class Option(Shape):
    """One answer that can be chosen; `need` marks one that tells of a social need."""

    value: int | Text
    label: Text
    code: Text | None = None
    need: bool = False
    de: Text | None = None
    es: Text | None = None


class AnswerList(Shape):
    """How items are answered: by one of `options`, a whole number, or a time of day."""

    options: tuple[Option, ...] = Field((), strict=False)
    type: Literal["integer", "time"] | None = None
    min: int | None = None
    max: int | None = None
    multiple: bool = False
    allow_unknown: bool = False
    loinc_list: Text | None = None
    anchors: dict[str, Text] | None = None
    note: Text | None = None


class Item(Shape):
    """One question. `enable_when` says when it is asked, `zero_when` when it counts 0 unasked."""

    id: Id
    number: int = Field(ge=0, le=99)
    text: Text | None
    text_withheld: Text | None = None
    type: Literal["choice", "multi-choice", "integer", "time", "text"]
    answer_list: Text | None
    scored: bool
    code: Code | None
    translations: dict[str, Text | None]
    enable_when: FormulaField | None = None
    zero_when: FormulaField | None = None
    not_applicable_allowed: bool = False
    anchors: dict[str, Text] | None = None
    domain: Text | None = None
    construct_: Text | None = Field(None, alias="construct")
    key: Text | None = None
    role: Text | None = None
    follow_up: Text | None = None
    note: Text | None = None


class Missing(Shape):
    """What happens to a score when answers are missing.

    `most-missing`: no total once more than `most` scoring items are unanswered. `own-rule`: the
    states of the instrument decide. Nothing is ever prorated.
    """

    policy: Literal["most-missing", "own-rule"]
    most: Annotated[int, Field(ge=0)] = 0
    rule: Text | None = None
    rationale: Text | None = None
    proration: Text | None = None
    note: Text | None = None


class State(Shape):
    """A status that holds while its condition does; the first of a file that holds is taken."""

    status: Literal["incomplete", "partial", "not-applicable", "invalid"]
    when: FormulaField
    also_missing: tuple[Id, ...] = Field((), strict=False)


class Derived(Shape):
    """A value beside the total, such as a subscale, and when it is told.

    `labels` gives words to true, false and unknown.
    """

    id: Name
    value: FormulaField
    told: Literal["always", "known", "complete", "never"] = "always"
    decimals: Decimals = 0
    labels: dict[Literal["true", "false", "unknown"], Id] | None = None
    min: Figure | None = None
    max: Figure | None = None
    cutoff: Text | None = None
    code: Code | None = None
    source: Text | None = None
    use: Text | None = None
    note: Text | None = None


class Scoring(Shape):
    """How answers become a total; without a formula for it the instrument has none.

    An answer of 0 to the `gate` makes the whole total 0, and nothing else is asked.
    `stands_incomplete` is for a number that is a count of what was said and no score.
    """

    total: FormulaField | None
    raw: FormulaField | None
    items: tuple[Id, ...] = Field(strict=False)
    gate: Id | None = None
    decimals: Decimals = 0
    raw_decimals: Decimals = 0
    min: Figure | None = None
    max: Figure | None = None
    direction: Literal["higher-worse", "higher-better"] | None
    missing: Missing | None = None
    states: tuple[State, ...] = Field((), strict=False)
    stands_incomplete: bool = False
    derived: tuple[Derived, ...] = Field((), strict=False)
    raw_min: int | None = None
    raw_max: int | None = None
    max_without_item4: int | None = None
    unit: Text | None = None
    rule: Text | None = None
    note: Text | None = None


class Band(Shape):
    """A name for a stretch of the total, `min` and `max` within it, or for what `when` says."""

    code: Id
    label: Text
    min: Figure | None = None
    max: Figure | None = None
    when: FormulaField | None = None
    status: Text | None = None


class Cutoff(Shape):
    """A number that the literature compares a score with; shown, never computed with."""

    score: Text
    op: Literal[">=", ">", "<=", "<"]
    value: Figure
    sex: Text | None = None
    meaning: Text
    performance: Text | None = None


class Smallest(Shape):
    """The smallest change that people notice, where one is published."""

    value: int | None = None
    unit: Text | None = None
    source: Text | None = None
    status: Text | None = None
    alternative: Text | None = None


class Changing(Shape):
    """When a change counts: all in points of the total, `response_percent` of the baseline."""

    response_percent: Annotated[int, Field(gt=0, le=100)] | None = None
    response_source: Text | None = None
    remission_below: int | None = None
    elevated_from: int | None = None
    elevated_source: Text | None = None
    reliable_points: Annotated[int, Field(gt=0)] | None = None
    reliable_source: Text | None = None
    mcid: Smallest | None = None


class CriticalRule(Shape):
    """When somebody must be told; `unanswered_when` is for a question of safety left blank.

    A rule that needs more than these answers has no `when` and says in `beyond` what it needs.
    """

    id: RuleId
    when: FormulaField | None
    beyond: Text | None = None
    unanswered_when: FormulaField | None = None
    unanswered: Text | None = None
    urgency: Text
    action: Text
    status: Text | None = None
    evidence: Text | None = None


class Recall(Shape):
    """The time that the questions are about."""

    text: Text
    days: int | None


class Instrument(Shape):
    """A questionnaire or diary as its file holds it. `flags` are facts its formulas ask for."""

    schema_: Literal["rounds-instrument/2"] = Field(alias="schema")
    id: Id
    title: Text
    short_title: Text
    version: Text
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    domain: tuple[Text, ...] = Field(min_length=1, strict=False)
    respondent: Text
    recall: Recall
    minutes: int
    source: Source
    licence: Licence
    codes: Codes
    stem: Text | None
    flags: tuple[Name, ...] = Field((), strict=False)
    answer_lists: dict[str, AnswerList]
    items: tuple[Item, ...] = Field(min_length=1, max_length=80, strict=False)
    scoring: Scoring
    bands: tuple[Band, ...] = Field(strict=False)
    bands_status: Text | None = None
    cutoffs: tuple[Cutoff, ...] = Field(strict=False)
    change: Changing | None
    critical_rules: tuple[CriticalRule, ...] = Field(strict=False)
    cadence: Text
    translations: dict[str, Translation | None]
    translation_note: Text | None = None
    references: tuple[Reference, ...] = Field(strict=False)
    verification: Verification
    why_here: Text | None = None
