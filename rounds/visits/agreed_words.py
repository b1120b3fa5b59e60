"""What a patient reads after a visit, as page and JSON show it, in the reader's language."""

from collections.abc import Callable
from datetime import date
from typing import Any

from babel.dates import format_date

from rounds.kernel.actor import Role
from rounds.people.model import Person
from rounds.people.roles import role_label
from rounds.visits.agreed import Agreed
from rounds.visits.closing import Written, written_of
from rounds.web.people import portrait_url
from rounds.web.templates import Pages

EMPTY: dict[str, Any] = {
    "written": False,
    "agreed": "",
    "step": "",
    "nothing": False,
    "reason": "",
    "due": "",
    "owner": None,
    "at": None,
    "corrected": False,
    "before": [],
    "booked": None,
}
"""What stands there before anything was written."""


def agreed_values(
    pages: Pages, language: str, found: Agreed, me: str | None, ics: str
) -> dict[str, Any]:
    """Return what `visits/agreed.html` shows to `me`; `ics` is the way to the calendar's file."""
    values = dict(EMPTY)
    if found.versions:
        newest, *before = found.versions
        owner = found.people.get(newest.owner_id or "")
        role = found.roles.get(newest.owner_id or "")
        values |= one_version(pages, language, written_of(newest), owner, role, me) | {
            "written": True,
            "at": newest.published_at.astimezone(found.zone).isoformat(),
            "corrected": bool(before),
            "before": [
                one_version(
                    pages,
                    language,
                    written_of(one),
                    found.people.get(one.owner_id or ""),
                    found.roles.get(one.owner_id or ""),
                    me,
                )
                | {"at": one.published_at.astimezone(found.zone).isoformat()}
                for one in before
            ],
        }
    if found.booked is not None:
        at = found.booked.starts_at.astimezone(found.zone)
        values["booked"] = {
            "at": at.isoformat(),
            "day": _day(language, at.date()),
            "clock": at.strftime("%H:%M"),
            "minutes": found.booked.minutes,
            "ics": ics.format(visit=found.booked.id),
        }
    return values


def one_version(
    pages: Pages,
    language: str,
    written: Written,
    owner: Person | None,
    role: Role | None,
    me: str | None,
) -> dict[str, Any]:
    """Return one version of what was agreed; without a step where nothing further is planned."""
    translate: Callable[[str], str] = pages.languages.translator(language)
    nothing = written.nothing
    return {
        "agreed": written.agreed,
        "step": "" if nothing else written.next_step,
        "nothing": nothing,
        "reason": written.reason if nothing else "",
        "due": _day(language, written.due_on) if written.due_on and not nothing else "",
        "owner": _owner(pages, owner, role_label(role, translate), me)
        if owner is not None and role is not None and not nothing
        else None,
    }


def _owner(pages: Pages, owner: Person, label: str, me: str | None) -> dict[str, Any]:
    return {
        "name": owner.name,
        "role_label": label,
        "face": portrait_url(pages.assets, owner.portrait),
        "you": owner.id == me,
    }


def _day(language: str, day: date) -> str:
    return str(format_date(day, "full", locale=language.replace("-", "_")))
