"""An auditor reads the trail of their clinic; that they read it is a line in it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rounds.audit import trail
from rounds.audit.queries import TrailPage, Wanted, trail_page
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_
from rounds.people.model import Clinic, Person
from rounds.people.queries import everybody, people_by_id

EXPORT_PAGE = 500
NOBODY = N_("Nobody here has this name or number. Part of a name is enough.")
SEVERAL = N_("Several people match. Please choose one below.")
BACKWARDS = N_("This day lies before the first one.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form holds: people by id or by part of a name or number, days of the clinic.

    `faults` says, per field, what could not be read at all.
    """

    patient: str = ""
    person: str = ""
    group: str = ""
    outcome: str = ""
    first: date | None = None
    last: date | None = None
    before: str | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """What the page shows; `errors` maps fields to sentences, `choices` to those who match.

    While there are errors no line is read.
    """

    clinic: Clinic
    wanted: Wanted
    errors: dict[str, str] = field(default_factory=dict)
    choices: dict[str, Sequence[tuple[Person, str]]] = field(default_factory=dict)
    page: TrailPage = field(default_factory=lambda: TrailPage([], None))
    people: Mapping[str, Person] = field(default_factory=dict)


async def read_trail(unit: Unit, asked: Asked) -> Found:
    """Return a page of the trail. Raises NotFound for everybody who may not read it."""
    found = await _understood(unit, asked)
    if found.errors:
        return found
    wanted = found.wanted
    found.page = await trail_page(unit.session, found.clinic.id, wanted, asked.before)
    named = found.page.people | {id for id in (wanted.patient, wanted.person) if id}
    found.people = await people_by_id(unit.session, named)
    await trail.record_reading(unit, Action.TRAIL_READ, "trail", wanted.patient, wanted.patient)
    return found


async def begin_export(unit: Unit, asked: Asked) -> Found:
    """Note that the lines asked for are saved as a file; read them with `exported` then."""
    found = await _understood(unit, asked)
    if not found.errors:
        patient = found.wanted.patient
        await trail.record(unit, "trail.export", "trail", None, patient, found.clinic.id)
    return found


async def exported(
    units: Units, unit: Unit, found: Found
) -> AsyncIterator[tuple[TrailPage, Mapping[str, Person]]]:
    """Yield the lines page by page, each in a transaction of its own: others go between."""
    before = None
    while True:
        async with units.reading(unit.actor, unit.request) as own:
            page = await trail_page(own.session, found.clinic.id, found.wanted, before, EXPORT_PAGE)
            people = await people_by_id(own.session, page.people)
        yield page, people
        before = page.older
        if before is None:
            return


async def _understood(unit: Unit, asked: Asked) -> Found:
    require(unit, Action.TRAIL_READ, Thing("trail", None, unit.actor.clinic))
    clinic = await unit.session.get_one(Clinic, unit.actor.clinic)
    found = Found(clinic, Wanted(), dict(asked.faults))
    known = await everybody(unit.session, clinic.id) if asked.patient or asked.person else []
    zone = ZoneInfo(clinic.time_zone)
    if asked.first and asked.last and asked.last < asked.first:
        found.errors["last"] = BACKWARDS
    patients = [(person, number) for person, number in known if number]
    found.wanted = Wanted(
        patient=_one(found, "patient", asked.patient, patients),
        person=_one(found, "person", asked.person, known),
        group=asked.group or None,
        outcome=asked.outcome or None,
        since=_begin(asked.first, zone) if asked.first else None,
        until=_begin(asked.last + timedelta(days=1), zone) if asked.last else None,
    )
    return found


def _one(found: Found, name: str, text: str, known: Sequence[tuple[Person, str]]) -> str | None:
    """Return the one person whom `text` means; else say in `found` why there is none."""
    wish = text.casefold()
    if not wish:
        return None
    if is_id(text):
        matching = [one for one in known if one[0].id == text]
    else:
        matching = [one for one in known if wish in (one[0].name.casefold(), one[1].casefold())]
        matching = matching or [one for one in known if wish in one[0].name.casefold()]
    if len(matching) == 1:
        return matching[0][0].id
    found.errors[name] = SEVERAL if matching else NOBODY
    found.choices[name] = matching[:20]
    return None


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
