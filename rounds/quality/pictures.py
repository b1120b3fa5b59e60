"""Run lines: where the points of a small picture of weeks stand (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

WIDTH, HEIGHT = 320, 120
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 22
LEAST_FOR_MEDIAN = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A week's point, in the picture's units, and the place of its week among all."""

    x: float
    y: float
    at: int


@dataclass(frozen=True, slots=True)
class RunLine:
    """Lines between weeks that follow each other, a level for the median, the scale's top.

    Weeks with too few people have no point, and no line is drawn across them: what was not told
    looks like nothing, not like a value between.
    """

    points: Sequence[Point]
    lines: Sequence[str]
    median: float | None
    median_y: float | None
    top: float


def run_line(values: Sequence[float | None], top: float | None = None) -> RunLine:
    """Return the picture of values by week, None for a week without; `top` is the scale's end."""
    known = [one for one in values if one is not None]
    end = top if top is not None else _round_top(max(known, default=0.0))
    points = [
        Point(_x(at, len(values)), _y(value, end), at)
        for at, value in enumerate(values)
        if value is not None
    ]
    middle = median(known) if len(known) >= LEAST_FOR_MEDIAN else None
    return RunLine(
        points=points,
        lines=_lines(points),
        median=middle,
        median_y=_y(middle, end) if middle is not None else None,
        top=end,
    )


def _lines(points: Sequence[Point]) -> list[str]:
    runs: list[list[Point]] = []
    for point in points:
        if runs and runs[-1][-1].at == point.at - 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    return [" ".join(f"{one.x},{one.y}" for one in run) for run in runs if len(run) > 1]


def _x(at: int, of: int) -> float:
    span = WIDTH - LEFT - RIGHT
    return round(LEFT + (span / 2 if of < 2 else span * at / (of - 1)), 1)


def _y(value: float, top: float) -> float:
    share = min(1.0, max(0.0, value / top)) if top else 0.0
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _round_top(highest: float) -> float:
    """Return the next of 1, 2, 5 and their tenfolds that is not below."""
    if highest <= 0:
        return 1.0
    step = 0.001
    while True:
        for times in (1, 2, 5):
            if step * times >= highest:
                return round(step * times, 6)
        step *= 10
