"""The numbers as a sheet: a row for each measure of each week, language, browser and of all."""

from collections.abc import Iterable, Iterator

from rounds.quality.groups import LEAST
from rounds.quality.sums import Sums, Times
from rounds.quality.views.measures import MEASURES
from rounds.quality.visits import Numbers
from rounds.web.sheets import MARK, sheet_rows

HEAD = ("group", "name", "measure", "numerator", "denominator", "value", "people")
NOT_MEASURED = Times(0, None, None)
Row = tuple[str, ...]


def sheet_of(numbers: Numbers) -> str:
    """Return CSV; what too few people make is empty. Names of columns are the same everywhere."""
    return MARK + sheet_rows([HEAD, *_rows(numbers)])


def _rows(numbers: Numbers) -> Iterator[Row]:
    yield from _measures("all", "", numbers.total, numbers.voice)
    yield from _quantiles("voice", numbers.voice)
    yield from _quantiles("link", numbers.link)
    for week in numbers.weeks:
        yield from _measures("week", week.monday.isoformat(), week.sums, week.voice)
    for language, sums in numbers.languages.items():
        yield from _measures("language", language, sums, NOT_MEASURED)
    for browser, sums in numbers.browsers.items():
        yield from _measures("browser", browser, sums, NOT_MEASURED)
    for cause, by_browser in numbers.causes.items():
        for browser, people in by_browser.items():
            count = "" if people < LEAST else str(people)
            yield ("cause", browser, cause, count, "", "", count)
    yield from _answers(numbers)


def _answers(numbers: Numbers) -> Iterator[Row]:
    for span in numbers.spans:
        name = f"{span.first:%Y-%m}/{span.last:%Y-%m}"
        for answers in span.answers:
            for step, count in answers.counts.items():
                whole = _number(answers.people or None)
                yield (
                    "answers", name, f"{answers.question}:{step}", _number(count), whole, "", whole
                )  # fmt: skip
        for problem, count in span.problems.items():
            people = str(span.people)
            yield ("answers", name, f"problem:{problem}", _number(count), people, "", people)


def _measures(group: str, name: str, sums: Sums, times: Times) -> Iterable[Row]:
    for measure in MEASURES:
        value = measure.of(sums, times)
        if value.value is None:
            yield (group, name, measure.key, "", "", "", "")
            continue
        part, whole = _number(value.part), str(value.whole)
        yield (group, name, measure.key, part, whole, f"{value.value:.4f}", str(sums.people))


def _quantiles(name: str, times: Times) -> Iterable[Row]:
    for quantile, value in (("median", times.median), ("p95", times.p95)):
        seconds = "" if value is None else f"{value / 1000:.3f}"
        measured = "" if value is None else str(times.measured)
        yield ("all", "", f"{name}_{quantile}_seconds", "", measured, seconds, measured)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
