"""What is known of a visit in words: a heading and its lines, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rounds.kernel.actor import Role
from rounds.kernel.words import N_
from rounds.people.model import Person
from rounds.people.roles import role_label
from rounds.rooms.check_in import Company, Safe
from rounds.visits.happened import Absence, Arrival, Lines, There, Times
from rounds.visits.sources import Found

Translate = Callable[..., str]
STEADY = 0.02
"""A share of the time below which nobody noticed anything."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their language, the clinic's time, and what people are called."""

    translate: Translate
    zone: ZoneInfo
    people: Mapping[str, Person]

    def name(self, person: str) -> str:
        """Return a name; a dash for somebody who is not known any more."""
        found = self.people.get(person)
        return found.name if found else "–"

    def clock(self, moment: datetime) -> str:
        """Return the time of day in the clinic."""
        return moment.astimezone(self.zone).strftime("%H:%M")


def parts(found: Found, reader: Reader) -> list[dict[str, Any]]:
    """Return `{name, title, lines}` per fact, in order; nothing for what is not known."""
    told = []
    for name, fact in found.items():
        title, words = WORDS[name]
        told.append({"name": name, "title": reader.translate(title), "lines": words(fact, reader)})
    return told


def _times(fact: Times, reader: Reader) -> list[str]:
    _ = reader.translate
    lines = []
    if fact.began is not None:
        began = reader.clock(fact.began)
        if fact.ended is None:
            lines.append(_("Since {time}").format(time=began))
        else:
            minutes = max(1, round((fact.ended - fact.began).total_seconds() / 60))
            words = _("{from_time} to {to_time}, {minutes} min").format(
                from_time=began, to_time=reader.clock(fact.ended), minutes=minutes
            )
            lines.append(words)
    lines.append(_("By video") if fact.by_video else _("By telephone"))
    for call in fact.calls:
        words = _("On the phone with {name} from {from_time}")
        if call.ended is not None:
            words = _("On the phone with {name}, {from_time} to {to_time}")
        lines.append(
            words.format(
                name=reader.name(call.person),
                from_time=reader.clock(call.began),
                to_time=reader.clock(call.ended or call.began),
            )
        )
    return lines


def _there(fact: There, reader: Reader) -> list[str]:
    _ = reader.translate
    lines = []
    for one in fact.people:
        words = _("{name}, {role}")
        if one.minutes is not None:
            words = _("{name}, {role}, {minutes} min")
        role = role_label(Role(one.role), _)
        lines.append(words.format(name=reader.name(one.person), role=role, minutes=one.minutes))
    return lines


def _absence(fact: Absence, reader: Reader) -> list[str]:
    _ = reader.translate
    late = [
        _("{name} came {minutes} min late").format(
            name=reader.name(one.person), minutes=one.minutes
        )
        for one in fact.late
    ]
    return late + [_("{name} did not come").format(name=reader.name(one)) for one in fact.missing]


def _lines(fact: Lines, reader: Reader) -> list[str]:
    _ = reader.translate
    if fact.weak < STEADY and fact.lost < STEADY and not fact.reconnections:
        return [_("Sound and picture were steady.")]
    words = _("Weak {weak} % of the time, gone {lost} %, connected again {count} times.")
    return [
        words.format(
            weak=round(fact.weak * 100), lost=round(fact.lost * 100), count=fact.reconnections
        )
    ]


def _arrival(fact: Arrival, reader: Reader) -> list[str]:
    _ = reader.translate
    lines = []
    if fact.safe == Safe.NO:
        lines.append(_("They cannot talk freely."))
    elif fact.safe == Safe.UNSURE:
        lines.append(_("They are not sure whether they can talk freely."))
    if fact.place:
        lines.append(_("They are here: {place}").format(place=fact.place))
    if fact.phone:
        lines.append(_("Call back: {phone}").format(phone=fact.phone))
    if fact.company == Company.OTHERS and fact.companions:
        lines.append(_("With them: {people}").format(people=fact.companions))
    elif fact.company == Company.OTHERS:
        lines.append(_("Somebody is with them."))
    elif fact.company == Company.ALONE:
        lines.append(_("They are alone."))
    return lines or [_("They can talk freely.")]


WORDS: Mapping[str, tuple[str, Callable[[Any, Reader], list[str]]]] = {
    "times": (N_("When and how"), _times),
    "there": (N_("Who was there"), _there),
    "absence": (N_("Late, or not there"), _absence),
    "lines": (N_("Sound and picture"), _lines),
    "arrival": (N_("Told on arriving"), _arrival),
}
"""A heading and its words for each source of `rounds.visits.sources`."""
