"""The trail: as a page to look through, and as a file to keep."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.admin.trail import Asked, Found, begin_export, exported, read_trail
from rounds.audit.groups import GROUPS, OTHER, group_labels
from rounds.audit.model import AuditEntry
from rounds.audit.words import OUTCOMES, actor_words, deed_words, outcome_words
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.ids import is_id
from rounds.kernel.words import N_
from rounds.people.frame import staff_frame
from rounds.people.model import Person
from rounds.people.roles import role_label
from rounds.web.doors import Door
from rounds.web.keys import PAGES, UNITS
from rounds.web.request import actor, language, page, writing
from rounds.web.sheets import MARK, sheet_rows

PATH = "/admin/trail"
LONGEST_NAME = 200
FIELDS = ("patient", "person", "group", "outcome", "first", "last", "before")
EARLIEST, LATEST = 1970, 9000
BAD_DAY = N_("Please give a day as year, month and day, such as 2026-11-30.")
WHOSE, WHO = N_("Whose record"), N_("Who acted")
Translate = Callable[[str], str]


async def trail(request: web.Request) -> web.StreamResponse:
    """Show a page of the trail; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": PATH}))
    asked = _asked(request.query)
    pages, words = request.app[PAGES], language(request)
    translate = pages.languages.translator(words)
    async with writing(request) as unit:
        found = await read_trail(unit, asked)
        frame = await staff_frame(unit, pages, words)
    return page(
        request,
        "admin/trail.html",
        **frame,
        days=_days(found, translate),
        asked=_shown(asked, found),
        errors={name: translate(text) for name, text in found.errors.items()},
        choices=_choices(asked, found, translate),
        groups=group_labels(translate),
        outcomes=[(key, outcome_words(key, translate)) for key in OUTCOMES],
        is_narrowed=_address(asked) != PATH,
        older=_address(asked, before=found.page.older) if found.page.older else None,
        newest=_address(asked) if asked.before else None,
        export=_address(asked, PATH + ".csv"),
        only=lambda name, id: _address(asked, **{name: id}),
    )


async def trail_csv(request: web.Request) -> web.StreamResponse:
    """Send what the page shows, all of it, as a table for spreadsheet programs."""
    asked = _asked(request.query)
    translate = request.app[PAGES].languages.translator(language(request))
    async with writing(request) as unit:
        found = await begin_export(unit, asked)
    if found.errors:
        # The page says what is wrong with it, and what to choose from.
        raise web.HTTPSeeOther(f"{PATH}?{request.rel_url.raw_query_string}")
    response = web.StreamResponse(headers={"Content-Type": "text/csv; charset=utf-8"})
    name = f"trail-{unit.now.astimezone(ZoneInfo(found.clinic.time_zone)):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    await response.write((MARK + sheet_rows([_headings(translate)])).encode())
    async for lines, people in exported(request.app[UNITS], unit, found):
        rows = [_cells(line, people, translate) for line in lines.lines]
        await response.write(sheet_rows(rows).encode("utf-8", "replace"))
    await response.write_eof()
    return response


def _asked(query: Mapping[str, str]) -> Asked:
    """Read the form; what is none of its values is as if it were empty, but a day is named."""
    given = {name: query.get(name, "").replace("\x00", "").strip() for name in FIELDS}
    days = {name: _day(given[name]) for name in ("first", "last")}
    faults = {name: BAD_DAY for name, day in days.items() if given[name] and day is None}
    return Asked(
        patient=given["patient"][:LONGEST_NAME],
        person=given["person"][:LONGEST_NAME],
        group=given["group"] if given["group"] in (*GROUPS, OTHER) else "",
        outcome=given["outcome"] if given["outcome"] in OUTCOMES else "",
        first=days["first"],
        last=days["last"],
        before=given["before"] if is_id(given["before"]) else None,
        faults=faults,
    )


def _day(text: str) -> date | None:
    """Return a day of the years in which there can be a trail, or nothing."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day.year <= LATEST else None


def _address(asked: Asked, path: str = PATH, **more: str) -> str:
    """The address that asks the same, from its newest line on."""
    told = {name: str(getattr(asked, name) or "") for name in FIELDS if name != "before"} | more
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{path}?{query}" if query else path


def _shown(asked: Asked, found: Found) -> dict[str, str]:
    """What stands in the form: names for ids."""
    told = {name: str(getattr(asked, name) or "") for name in FIELDS}
    for name in ("patient", "person"):
        someone = found.people.get(told[name])
        told[name] = someone.name if someone else told[name]
    return told


def _choices(
    asked: Asked, found: Found, translate: Translate
) -> list[tuple[str, str, list[dict[str, str]]]]:
    """Per field, everybody who matches, with the address that means them."""
    labels = {"patient": translate(WHOSE), "person": translate(WHO)}
    return [
        (name, labels[name], [
            {
                "name": person.name,
                "number": number,
                "url": _address(asked, **{name: person.id}),
            }
            for person, number in matching
        ])
        for name, matching in found.choices.items()
        if matching
    ]  # fmt: skip


def _days(found: Found, translate: Translate) -> list[tuple[datetime, list[dict[str, Any]]]]:
    """The lines by the days of the clinic, newest first."""
    zone = ZoneInfo(found.clinic.time_zone)
    days: dict[date, tuple[datetime, list[dict[str, Any]]]] = {}
    for line in found.page.lines:
        at = line.at.astimezone(zone)
        _, lines = days.setdefault(at.date(), (at, []))
        lines.append(
            {
                "at": at,
                "who": _who(line, found.people, translate),
                "who_id": line.actor_id if line.actor_id in found.people else None,
                "role": _role(line, translate),
                "deed": deed_words(line.action, line.outcome, translate),
                "whom": _whom(line, found.people),
                "patient": _name(found.people, line.patient_id),
                "patient_id": line.patient_id,
                "outcome": line.outcome,
                "outcome_label": outcome_words(line.outcome, translate),
                "count": line.count,
            }
        )
    return list(days.values())


def _headings(translate: Translate) -> list[str]:
    _ = translate
    return [
        _("Time (UTC)"), _("Who"), _("Role"), _("What"), _("Whom"), _("Whose record"),
        _("Outcome"), _("Times"), _("Action"), _("Object"), _("Object id"), _("Person id"),
        _("Patient id"), _("Session"), _("Request"), _("Line"),
    ]  # fmt: skip


def _cells(line: AuditEntry, people: Mapping[str, Person], translate: Translate) -> list[str]:
    return [
        line.at.astimezone(UTC).isoformat(),
        _who(line, people, translate),
        _role(line, translate),
        deed_words(line.action, line.outcome, translate),
        _whom(line, people),
        _name(people, line.patient_id),
        outcome_words(line.outcome, translate),
        str(line.count),
        line.action,
        line.object_kind,
        line.object_id or "",
        line.actor_id or "",
        line.patient_id or "",
        line.session_hash or "",
        line.request,
        line.id,
    ]


def _name(people: Mapping[str, Person], id: str | None) -> str:
    person = people.get(id or "")
    return person.name if person else ""


def _who(line: AuditEntry, people: Mapping[str, Person], translate: Translate) -> str:
    return _name(people, line.actor_id) or actor_words(line.actor_kind, translate)


def _whom(line: AuditEntry, people: Mapping[str, Person]) -> str:
    """The name of who was acted on, where that is neither the actor nor the patient."""
    whom = line.person_acted_on
    return "" if whom in (line.actor_id, line.patient_id) else _name(people, whom)


def _role(line: AuditEntry, translate: Translate) -> str:
    role = line.actor_role
    return role_label(Role(role), translate) if role and role in set(Role) else ""


DOORS = [
    Door("GET", "/admin/trail", Action.TRAIL_READ, trail),
    Door("GET", "/admin/trail.csv", Action.TRAIL_READ, trail_csv),
]
