"""Changing a clinic's own facts: checked, and never over somebody else's change."""

import re
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

from rounds.audit import trail
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic

CHANGED_MEANWHILE = "Somebody else changed these facts while you were writing."
LONGEST = {
    "name": 120,
    "phone": 40,
    "time_zone": 64,
    "country": 2,
    "language": 16,
    "crisis_number": 40,
    "crisis_text": 400,
    "crisis_source": 400,
}
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{1,38}")
RECORD_YEARS = (10, 15, 20, 30)
"""Years for which a clinic can choose to keep records of care that ended, the shortest first."""
HELP = ("crisis_number", "crisis_text", "crisis_source")


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """What an administrator sets: who the clinic is, its clock, whom people call in danger."""

    name: str
    phone: str
    time_zone: str
    country: str
    language: str
    crisis_number: str
    crisis_text: str
    crisis_source: str


def facts_of(clinic: Clinic) -> ClinicFacts:
    """Return the facts that stand."""
    return ClinicFacts(*(getattr(clinic, field.name) for field in fields(ClinicFacts)))


def time_zones() -> list[str]:
    """Return the time zones that are places, in order (IANA, Area/Location)."""
    areas = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/",
             "Indian/", "Pacific/")  # fmt: skip
    return sorted(zone for zone in available_timezones() if zone.startswith(areas))


async def change_clinic(
    unit: Unit, clinic: str, facts: ClinicFacts, revision: int, reviewed: bool
) -> Clinic:
    """Set the facts that were written on top of `revision`; `reviewed` dates the crisis help.

    Raises Invalid with a sentence per field, and Conflict when somebody changed the clinic
    meanwhile to something else. Setting what stands already changes nothing.
    """
    row = await _locked(unit, clinic)
    check_facts(facts)
    stands = facts_of(row)
    changed = [name for name in LONGEST if getattr(facts, name) != getattr(stands, name)]
    if not changed and not reviewed:
        return row
    if changed and row.revision != revision:
        raise Conflict(CHANGED_MEANWHILE, revision=row.revision, stands=asdict(stands))
    if not reviewed and any(name in HELP for name in changed):
        words = "Please look at the crisis help again, and say that you did."
        raise Invalid(words, {"reviewed": "Please call the number and read the sentence first."})
    for name in changed:
        setattr(row, name, getattr(facts, name))
    if reviewed:
        row.crisis_reviewed_on = unit.now.astimezone(ZoneInfo(facts.time_zone)).date()
    row.revision += 1
    await trail.record(unit, "clinic.set", "clinic", row.id, clinic=row.id)
    return row


async def set_hold(unit: Unit, clinic: str, hold: bool) -> None:
    """Put a clinic on hold, so that nothing of it is deleted, or lift the hold."""
    row = await _locked(unit, clinic)
    if (row.on_hold_since is not None) == hold:
        return
    row.on_hold_since = unit.now if hold else None
    action = "clinic.hold" if hold else "clinic.release"
    await trail.record(unit, action, "clinic", row.id, clinic=row.id)


async def set_record_years(unit: Unit, clinic: str, years: int | None) -> None:
    """Choose how many years records of care that ended are kept; None is for good.

    Raises Invalid for a number that is not one of RECORD_YEARS.
    """
    if years is not None and years not in RECORD_YEARS:
        raise Invalid("Please choose one of the times.", {"years": "Please choose one of these."})
    row = await _locked(unit, clinic)
    if row.record_years == years:
        return
    row.record_years = years
    await trail.record(unit, "clinic.record_years", "clinic", row.id, clinic=row.id)


def record_time(years: int) -> timedelta:
    """Return a number of years as days, never fewer than the calendar has (pure)."""
    return timedelta(days=366 * years)


def check_facts(facts: ClinicFacts) -> None:
    """Raise Invalid with a sentence per field that cannot be right."""
    wrong: dict[str, str] = {}
    for name, most in LONGEST.items():
        value = getattr(facts, name)
        if not value.strip() and name != "crisis_number":
            wrong[name] = "Please fill this in."
        elif len(value) > most:
            wrong[name] = "This is too long."
        elif any(ord(letter) < 32 for letter in value):
            wrong[name] = "Please write this on one line."
    for name in ("phone", "crisis_number"):
        value = getattr(facts, name)
        if value and name not in wrong and not PHONE.fullmatch(value):
            wrong[name] = "Please write a telephone number."
    if facts.time_zone not in available_timezones():
        wrong["time_zone"] = "Please choose a time zone from the list."
    if not re.fullmatch(r"[A-Z]{2}", facts.country):
        wrong["country"] = "Please choose a country from the list."
    if not re.fullmatch(r"[a-z]{2,3}([-_][A-Za-z]{2,4})*", facts.language):
        wrong["language"] = "Please choose a language from the list."
    if wrong:
        raise Invalid("Some of this cannot be right yet. Nothing was changed.", wrong)


async def _locked(unit: Unit, clinic: str) -> Clinic:
    row = await unit.session.get(Clinic, clinic, with_for_update={"key_share": True})
    if row is None:
        raise NotFound("There is nothing here for you.")
    return row
