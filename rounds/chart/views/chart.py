"""The chart of one patient."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.chart.reading import Chart, Close, Member, read_chart
from rounds.chart.views.parts import (
    contact_values,
    face_values,
    known,
    local,
    matter_words,
    staff_only,
    tongue,
    translator,
)
from rounds.chart.views.timeline import timeline
from rounds.consent.actions import Action
from rounds.consent.model import Consent, Scope
from rounds.consent.texts import TEXTS
from rounds.kernel.words import N_
from rounds.people.frame import staff_frame
from rounds.people.model import Matter
from rounds.people.roles import relationship_label, role_label
from rounds.visits.model import Visit, VisitState
from rounds.web.doors import Door
from rounds.web.keys import PAGES
from rounds.web.request import language, page, reading

MISSED_AFTER = timedelta(minutes=30)
OVER = (VisitState.FINISHED, VisitState.CANCELLED)
SCOPE_WORDS = {
    Scope.VISITS: N_("visits"),
    Scope.GOALS: N_("goals"),
    Scope.TASKS: N_("tasks"),
    Scope.EDUCATION: N_("learning cards"),
    Scope.DIARY: N_("diary"),
    Scope.SCORES: N_("scores"),
}


async def chart(request: web.Request) -> web.Response:
    """Show the chart."""
    staff_only(request)
    async with reading(request) as unit:
        found = await read_chart(unit, known(request, "patient"))
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    zone = ZoneInfo(found.clinic.time_zone)
    visits = [_visit(found, visit, seated, zone) for visit, seated in found.visits]
    return page(
        request,
        "chart/chart.html",
        **frame,
        patient=_identity(request, found),
        opens=found.opens,
        opens_plan=found.opens_plan,
        is_kept=found.is_kept,
        shows_visits=found.shows_visits,
        records_consent=found.records_consent,
        upcoming=[one for one in reversed(visits) if not one["is_past"]],
        past=[one for one in visits if one["is_past"]],
        team=[member_values(request, one, zone) for one in found.team],
        former=[member_values(request, one, zone) for one in found.former],
        duties=matter_values(request, found, zone),
        contacts=contact_values(found.contacts),
        kin=[_kin(request, one, zone) for one in found.kin],
        consents=[
            _consent(request, found, one, zone) for one in found.consents if one.holds(found.now)
        ],
        events=timeline(found, zone, translator(request)),
    )


def member_values(request: web.Request, one: Member, zone: ZoneInfo) -> dict[str, Any]:
    """Return a member of a team as templates take one."""
    ends = one.membership.ends_at
    return {
        "id": one.person.id,
        "role_label": role_label(one.role, translator(request)),
        "duties": [matter_words(request, matter) for matter in one.matters],
        "since": local(one.membership.begins_at, zone),
        "until": local(ends, zone) if ends else None,
        **face_values(request, one.person),
    }


def matter_values(request: web.Request, found: Chart, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return each duty with who has it and who had it, the newest first."""
    values = []
    for matter in Matter:
        rows = [one for one in found.duties if one.matter == matter]
        held = next((one for one in rows if one.ends_at is None), None)
        values.append(
            {
                "matter": str(matter),
                "words": matter_words(request, matter),
                "holder_id": held.person_id if held else "",
                "holder": face_values(request, found.people[held.person_id]) if held else None,
                "since": local(held.begins_at, zone) if held else None,
                "reason": held.reason if held else "",
                "history": [
                    {
                        "name": found.people[one.person_id].name,
                        "begins": local(one.begins_at, zone),
                        "ends": local(one.ends_at, zone) if one.ends_at else None,
                        "reason": one.reason,
                        "by": found.people[one.given_by].name if one.given_by else None,
                    }
                    for one in rows
                ],
            }
        )
    return values


def _identity(request: web.Request, found: Chart) -> dict[str, Any]:
    born = date.fromisoformat(found.patient.born)
    today = local(found.now, ZoneInfo(found.clinic.time_zone)).date()
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    interpreter = found.patient.interpreter
    return {
        "id": found.person.id,
        "url": f"/patients/{found.person.id}",
        "born": born,
        "age": today.year - born.year - (not had_birthday),
        "number": found.patient.number,
        "language": tongue(request, found.person.language),
        "interpreter": tongue(request, interpreter) if interpreter else None,
        **face_values(request, found.person),
    }


def _visit(found: Chart, visit: Visit, seated: bool, zone: ZoneInfo) -> dict[str, Any]:
    late = found.now > visit.planned_end + MISSED_AFTER
    missed = visit.state == VisitState.PLANNED and late
    return {
        "id": visit.id,
        "url": _way_to(visit, seated),
        "start": local(visit.starts_at, zone),
        "minutes": visit.minutes,
        "purpose": visit.purpose,
        "state": "missed" if missed else str(visit.state),
        "is_past": visit.state in OVER or missed,
    }


def _way_to(visit: Visit, seated: bool) -> str | None:
    """Return the console for who has a seat; of a visit that is over the team reads the summary."""
    if seated:
        return f"/visits/{visit.id}"
    return f"/visits/{visit.id}/summary" if visit.state == VisitState.FINISHED else None


def _kin(request: web.Request, one: Close, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "role_label": relationship_label(one.tie.relationship, translator(request)),
        "language": tongue(request, one.person.language),
        "contacts": contact_values(one.contacts),
        "scopes": _scopes(one.access, translator(request)) if one.access else "",
        "until": local(one.access.until, zone) if one.access and one.access.until else None,
        **face_values(request, one.person),
    }


def _consent(request: web.Request, found: Chart, one: Consent, zone: ZoneInfo) -> dict[str, Any]:
    translate = translator(request)
    names = {person.person.id: person.person.name for person in found.kin}
    names |= {person.id: person.name for person in found.people.values()}
    text = TEXTS.get((one.purpose, one.text_version))
    return {
        "title": translate(text.title) if text else str(one.purpose),
        "whom": names.get(one.grantee_id or ""),
        "scopes": _scopes(one, translate),
        "until": local(one.until, zone) if one.until else None,
    }


def _scopes(consent: Consent, translate: Callable[[str], str]) -> str:
    return ", ".join(translate(SCOPE_WORDS[one]) for one in Scope if one in consent.opened)


DOORS = [Door("GET", "/patients/{patient}", Action.PATIENT_REGISTER, chart)]
