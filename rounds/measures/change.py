"""What two totals of one instrument say of a person's way, measured against published numbers."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from rounds.kernel.broken import Broken
from rounds.measures.instrument import Changing, Instrument
from rounds.measures.restricted import Restricted
from rounds.measures.rounding import Number, half_up

Direction = Literal["higher-worse", "higher-better"]


class Course(StrEnum):
    """Where it goes, by the reliable change of the instrument."""

    BETTER = "clearly better"
    WORSE = "clearly worse"
    UNCLEAR = "no clear change"


@dataclass(frozen=True, slots=True)
class Scale:
    """What of an instrument a change is measured with; totals have so many `decimals`."""

    direction: Direction
    low: Number
    high: Number
    decimals: int
    marks: Changing


@dataclass(frozen=True, slots=True)
class Change:
    """The way from a baseline to a current total; None where it is unknown or not defined.

    `delta` is in points and above 0 when things are better, whichever way the scale runs; `pct`
    is that in per cent of the baseline. `response` is the reduction that the instrument asks for
    (half, for PHQ-9 and GAD-7); `remission` a current total below its mark; `nys_improved` a
    baseline that was elevated and is so no more, or halved (New York State CoCM metrics);
    `reliable` a gain that is more than the questionnaire's own noise (NHS Talking Therapies).
    """

    delta: Number | None
    pct: Number | None
    response: bool | None
    remission: bool | None
    nys_improved: bool | None
    reliable: bool | None
    course: Course | None


NOTHING = Change(None, None, None, None, None, None, None)


def scale_of(instrument: Instrument) -> Scale:
    """Return what changes of its total are measured with. Raises Broken when it has no total."""
    scoring = instrument.scoring
    if scoring.direction is None or scoring.min is None or scoring.max is None:
        raise Broken(("instrument",), f"{instrument.id} has no total")
    marks = instrument.change or Changing()
    return Scale(scoring.direction, scoring.min, scoring.max, scoring.decimals, marks)


def scale_of_values(instrument: Restricted) -> Scale:
    """Return the same for an instrument without texts: range and direction, and no marks."""
    known = instrument.scoring
    if known is None:
        raise Broken(("instrument",), f"no way to score {instrument.id} is known")
    return Scale(known.direction, known.min, known.max, 0, Changing())


def change(scale: Scale, baseline: object, current: object) -> Change:
    """Return the way from one total to another, nothing when one of them is None.

    Raises Broken with the name of a total that the instrument cannot have.
    """
    begun, now = _total(scale, "baseline", baseline), _total(scale, "current", current)
    if begun is None or now is None:
        return NOTHING
    marks = scale.marks
    gain = begun - now if scale.direction == "higher-worse" else now - begun
    response = _response(marks, begun, gain)
    elevated = marks.elevated_from
    return Change(
        delta=half_up(gain, scale.decimals),
        pct=half_up(100 * gain / begun, 1) if begun else None,
        response=response,
        remission=None if marks.remission_below is None else now < marks.remission_below,
        nys_improved=(
            None if elevated is None else begun >= elevated and (response is True or now < elevated)
        ),
        reliable=None if marks.reliable_points is None else gain >= marks.reliable_points,
        course=_course(marks, gain),
    )


def _response(marks: Changing, begun: Fraction, gain: Fraction) -> bool | None:
    if marks.response_percent is None:
        return None
    return begun > 0 and 100 * gain >= marks.response_percent * begun


def _course(marks: Changing, gain: Fraction) -> Course | None:
    if marks.reliable_points is None:
        return None
    if abs(gain) < marks.reliable_points:
        return Course.UNCLEAR
    return Course.BETTER if gain > 0 else Course.WORSE


def _total(scale: Scale, name: str, told: object) -> Fraction | None:
    if told is None:
        return None
    reason = f"it is a total from {scale.low} to {scale.high}"
    if isinstance(told, bool) or not isinstance(told, int | Decimal):
        raise Broken((name,), reason)
    value = Fraction(told)
    if not scale.low <= value <= scale.high:
        raise Broken((name,), reason)
    if (value * 10**scale.decimals).denominator != 1:
        raise Broken((name,), f"it has at most {scale.decimals} decimals")
    return value
