"""The page of how visits go, its pictures and tables, and the same as a sheet."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from rounds.accounts.browsers import browser_label
from rounds.consent.actions import Action
from rounds.people.frame import staff_frame
from rounds.people.languages import language_name
from rounds.quality.groups import LEAST
from rounds.quality.pictures import HEIGHT, LEFT, WIDTH, run_line
from rounds.quality.sums import Sums, Times
from rounds.quality.views.answers import span_values
from rounds.quality.views.cause_words import cause_words, outcome_words
from rounds.quality.views.measures import MEASURES, Measure, Translate, Value, by_week
from rounds.quality.views.numbers import (
    base_words,
    tick_words,
    time_base_words,
    value_words,
    week_words,
)
from rounds.quality.views.sheet import sheet_of
from rounds.quality.visits import WEEKS, WEEKS_FIRST, Numbers, read_numbers
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import actor, language, page, reading

OF_TIME = frozenset({"weak", "lost"})
NOT_MEASURED = Times(0, None, None)
SHORT = ("joined", "phoned", "weak", "relayed")
"""What is told of each language and browser."""


async def show(request: web.Request) -> web.Response:
    """Show how visits went; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path}))
    weeks = _weeks(request)
    async with reading(request) as unit:
        numbers = await read_numbers(unit, weeks)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    words = language(request)
    translate = request.app[PAGES].languages.translator(words)
    return page(
        request,
        "quality/visits.html",
        **frame,
        periods=[(one, one == weeks) for one in WEEKS],
        weeks=weeks,
        people=numbers.total.people,
        guests=numbers.total.guests,
        least=LEAST,
        cards=[_card(one, numbers, words, translate) for one in MEASURES],
        chart={"width": WIDTH, "height": HEIGHT, "left": LEFT},
        waits=_waits(numbers, words, translate),
        tests=_tests(numbers.total, translate),
        causes=_causes(numbers, translate),
        titles=[translate(one.title) for one in MEASURES if one.key in SHORT],
        languages=_groups(
            numbers.languages, words, translate, lambda tag, _: language_name(tag, words, translate)
        ),
        browsers=_groups(numbers.browsers, words, translate, browser_label),
        spans=[span_values(one, words, translate) for one in reversed(numbers.spans)],
        may_read_words=numbers.may_read_words,
    )


async def sheet(request: web.Request) -> web.Response:
    """Give the same numbers as CSV."""
    weeks = _weeks(request)
    async with reading(request) as unit:
        numbers = await read_numbers(unit, weeks)
    return web.Response(
        text=sheet_of(numbers),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="visits-{weeks}-weeks.csv"'},
    )


def _weeks(request: web.Request) -> int:
    wanted = request.query.get("weeks", "")
    return next((one for one in WEEKS if str(one) == wanted), WEEKS_FIRST)


def _card(
    measure: Measure, numbers: Numbers, words: str, translate: Translate
) -> Mapping[str, Any]:
    value = measure.of(numbers.total, numbers.voice)
    weeks = by_week(numbers, measure)
    line = run_line([one.value for _, one in weeks], measure.top)
    rows = [
        {
            "week": week_words(week.monday, words),
            "value": value_words(one.value, measure.kind, words, translate),
            "of": _base(measure, one, translate),
        }
        for week, one in weeks
    ]
    return {
        "key": measure.key,
        "title": translate(measure.title),
        "means": translate(measure.means),
        "told": value.value is not None,
        "value": value_words(value.value, measure.kind, words, translate),
        "of": _base(measure, value, translate),
        "line": line,
        "top": tick_words(line.top, measure.kind, words, translate),
        "first": rows[0]["week"] if rows else "",
        "last": rows[-1]["week"] if rows else "",
        "sentence": _sentence(measure, weeks, line.median, words, translate),
        "rows": list(reversed(rows)),
    }


def _sentence(
    measure: Measure,
    weeks: Sequence[tuple[Any, Value]],
    median: float | None,
    words: str,
    translate: Translate,
) -> str:
    """One sentence that says what the picture shows."""
    known = [one.value for _, one in weeks if one.value is not None]
    if not known:
        return translate("No week has enough people to tell a number.")

    def said(value: float) -> str:
        return value_words(value, measure.kind, words, translate)

    if median is None:
        return translate("{weeks} weeks told: from {least} to {most}.").format(
            weeks=len(known), least=said(min(known)), most=said(max(known))
        )
    return translate(
        "{weeks} weeks told: from {least} to {most}, median {median}, last {last}."
    ).format(
        weeks=len(known),
        least=said(min(known)),
        most=said(max(known)),
        median=said(median),
        last=said(known[-1]),
    )


def _base(measure: Measure, value: Value, translate: Translate) -> str:
    if value.value is None:
        # How few they are is not told either.
        return translate("fewer than five people") if value.whole else translate("not measured")
    if measure.key in OF_TIME:
        return time_base_words(value, translate)
    return base_words(value, measure.kind, translate)


def _waits(numbers: Numbers, words: str, translate: Translate) -> list[Mapping[str, Any]]:
    """Median and 95th percentile of both times, or that they were not measured."""
    titles = (translate("From Admit"), translate("From the tapped link"))
    return [
        {
            "title": title,
            "measured": times.measured if times.median is not None else None,
            "none": not times.measured,
            "median": _seconds(times.median, words, translate),
            "p95": _seconds(times.p95, words, translate),
        }
        for title, times in zip(titles, (numbers.voice, numbers.link), strict=True)
    ]


def _seconds(milliseconds: int | None, words: str, translate: Translate) -> str:
    value = None if milliseconds is None else milliseconds / 1000
    return value_words(value, "seconds", words, translate)


def _tests(total: Sums, translate: Translate) -> Mapping[str, Any]:
    told = total.red >= LEAST
    return {
        "guests": total.guests,
        "tested": total.tested,
        "red": total.red if told or not total.red else None,
        "outcomes": [
            (outcome_words(one, translate), count) for one, count in total.outcomes.items()
        ]
        if told
        else [],
    }


def _causes(numbers: Numbers, translate: Translate) -> Mapping[str, Any]:
    """People by cause and browser, with what stands for one to four left out."""
    browsers = sorted({one for by in numbers.causes.values() for one in by})
    rows = [
        {
            "cause": cause_words(cause, translate),
            "all": _few(sum(by.values())),
            "cells": [_few(by.get(browser, 0)) for browser in browsers],
        }
        for cause, by in sorted(numbers.causes.items(), key=lambda one: -sum(one[1].values()))
    ]
    labels = [browser_label(one, translate) for one in browsers]
    return {"browsers": labels, "rows": rows, "few": LEAST}


def _few(count: int) -> int | None:
    return None if 0 < count < LEAST else count


def _groups(
    sums: Mapping[str, Sums], words: str, translate: Translate, label: Any
) -> list[Mapping[str, Any]]:
    measures = [one for one in MEASURES if one.key in SHORT]
    return [
        {
            "name": label(name, translate),
            "people": one.people,
            "cells": [_cell(measure, one, words, translate) for measure in measures],
        }
        for name, one in sorted(sums.items(), key=lambda pair: -pair[1].people)
        if one.people >= LEAST
    ]


def _cell(measure: Measure, sums: Sums, words: str, translate: Translate) -> tuple[str, str]:
    value = measure.of(sums, NOT_MEASURED)
    shown = value_words(value.value, measure.kind, words, translate)
    return shown, _base(measure, value, translate)


DOORS = [
    Door("GET", "/quality/visits", Action.QUALITY_READ, show),
    Door("GET", "/quality/visits.csv", Action.QUALITY_READ, sheet),
]
