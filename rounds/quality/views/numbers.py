"""Writes numbers as a language writes them."""

from datetime import date

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from rounds.quality.views.measures import RATE, SECONDS, SHARE, Translate, Value

LONG = 120
"""Seconds from which a time is told in minutes."""


def value_words(value: float | None, kind: str, language: str, translate: Translate) -> str:
    """Return a value with its unit, such as "98 %", "2.4 s", "0.3 in an hour"; a dash for none."""
    if value is None:
        return "–"
    if kind == SHARE:
        digits = "#,##0.#%" if 0 < value < 0.1 else "#,##0%"
        return str(format_percent(value, digits, locale=language))
    if kind == SECONDS and value >= LONG:
        minutes = str(format_decimal(value / 60, "#,##0.0", locale=language))
        return translate("{number} min").format(number=minutes)
    number = str(format_decimal(value, "#,##0.0", locale=language))
    if kind == SECONDS:
        return translate("{number} s").format(number=number)
    return translate("{number} in an hour").format(number=number)


def tick_words(value: float, kind: str, language: str, translate: Translate) -> str:
    """Return the end of a scale, short enough for its margin."""
    if kind == RATE:
        return str(format_decimal(value, "#,##0.#", locale=language))
    return value_words(value, kind, language, translate)


def base_words(value: Value, kind: str, translate: Translate) -> str:
    """Return what a value was made of."""
    if kind == SECONDS:
        return translate("{count} measured").format(count=value.whole)
    if kind == SHARE:
        return translate("{part} of {whole}").format(part=value.part, whole=value.whole)
    return translate("{part} in {minutes} minutes").format(part=value.part, minutes=value.whole)


def time_base_words(value: Value, translate: Translate) -> str:
    """Return the same for a share of time, whose numbers are milliseconds."""
    return translate("{part} of {whole} minutes").format(
        part=round((value.part or 0) / 60_000), whole=round(value.whole / 60_000)
    )


def week_words(monday: date, language: str) -> str:
    """Return a week by its Monday, short."""
    return str(format_skeleton("MMMd", monday, locale=language))


def month_words(first: date, last: date, language: str) -> str:
    """Return a span of months, such as "March 2026" or "January 2026 – March 2026"."""
    words = [str(format_date(one, "MMMM y", locale=language)) for one in (first, last)]
    return " – ".join(dict.fromkeys(words))
