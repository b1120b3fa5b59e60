"""Counts what closed visits and final answers say into the clinic's numbers, each once.

Names end here: a figure holds a week and a language, no person and no visit, and an answer becomes
one more in a sum. That is why the figures may be kept for years and what they came from may not.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from rounds.accounts.queries.invitations import invitations_of_room
from rounds.kernel.actor import Role
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic, Person
from rounds.people.queries import people_by_id
from rounds.quality.model import ExperienceCount, VisitFigure
from rounds.quality.queries import experience_count
from rounds.rooms.arrivals_model import SelfTest
from rounds.rooms.counting import take_uncounted
from rounds.rooms.model import Room, Seat, Standing
from rounds.rooms.queries import (
    calls_of_room,
    joinings_of_room,
    records_of_room,
    seats_of,
    self_tests_of_room,
)
from rounds.rooms.records_model import ConnectionRecord, Joining
from rounds.visits.experience import problems_of, take_final
from rounds.visits.experience_model import Experience
from rounds.visits.experience_questions import Question
from rounds.visits.model import VisitState
from rounds.visits.queries import visit_of_room

GUESTS = frozenset({Role.PATIENT, Role.RELATIVE})
PEOPLE, PROBLEM = "people", "problem"
"""What is counted beside the three questions: who said anything, and what went wrong."""


async def count_rooms(unit: Unit) -> int:
    """Count the next closed rooms; return how many rooms there were."""
    rooms = await take_uncounted(unit)
    for room in rooms:
        await _count_room(unit, room)
    return len(rooms)


async def count_answers(unit: Unit) -> int:
    """Add the next answers that nobody can change any more; return how many people gave them."""
    final = await take_final(unit)
    sums: Counter[tuple[str, date, str, str, str]] = Counter()
    for row, visit in final:
        clinic = await unit.session.get_one(Clinic, row.clinic_id)
        person = await unit.session.get_one(Person, row.person_id)
        # By its end: a visit that was closed days late must not change a month that was shown.
        ended = (visit.ended_at or visit.starts_at).astimezone(ZoneInfo(clinic.time_zone)).date()
        for question, answer in answers_of(row):
            key = (clinic.id, ended.replace(day=1), person.language, question, answer)
            sums[key] += 1
    for (clinic_id, month, language, question, answer), people in sorted(sums.items()):
        known = await experience_count(unit.session, clinic_id, month, language, question, answer)
        if known is not None:
            known.people += people
            continue
        unit.session.add(
            ExperienceCount(
                id=new_id(),
                clinic_id=clinic_id,
                month=month,
                language=language,
                question=question,
                answer=answer,
                people=people,
            )
        )
    return len(final)


def answers_of(row: Experience) -> list[tuple[str, str]]:
    """Return what of somebody's answers is counted, as pairs of question and answer.

    Somebody who skipped everything said nothing; words alone are no answer.
    """
    given = [(str(one), str(getattr(row, one))) for one in Question if getattr(row, one)]
    given += [(PROBLEM, str(one)) for one in problems_of(row)]
    return [(PEOPLE, ""), *given] if given else []


async def _count_room(unit: Unit, room: Room) -> None:
    visit = await visit_of_room(unit.session, room.id)
    if visit is None or visit.state == VisitState.CANCELLED:
        return
    clinic = await unit.session.get_one(Clinic, room.clinic_id)
    begins = visit.starts_at.astimezone(ZoneInfo(clinic.time_zone)).date()
    seats = await seats_of(unit.session, room.id)
    people = await people_by_id(unit.session, [seat.person_id for seat in seats])
    records = {seat.id: record for record, seat in await records_of_room(unit.session, room.id)}
    joinings = await joinings_of_room(unit.session, room.id)
    tests = await self_tests_of_room(unit.session, room.id)
    calls = await calls_of_room(unit.session, room.id)
    phoned = {call.seat_id for call in calls if call.began_at is not None}
    links = await invitations_of_room(unit.session, room.id)
    opened = {link.person_id for link in links if link.bound_at is not None}
    for seat in seats:
        figure = VisitFigure(
            id=new_id(),
            clinic_id=clinic.id,
            week=begins - timedelta(days=begins.weekday()),
            language=people[seat.person_id].language,
            guest=seat.role in GUESTS,
            opened=seat.person_id in opened,
            phoned=seat.id in phoned,
            **_figures(seat, records, joinings, tests),
        )
        # Staff who never came in have nothing to say of the technology.
        if figure.guest or figure.present_ms or figure.causes:
            unit.session.add(figure)


def _figures(
    seat: Seat,
    records: Mapping[str, ConnectionRecord],
    joinings: Mapping[str, Joining],
    tests: Mapping[str, SelfTest],
) -> dict[str, object]:
    record, joining = records.get(seat.id), joinings.get(seat.id)
    test = tests.get(seat.id)
    browsers = [one.browser for one in (record, joining, test) if one is not None]
    return {
        "came": seat.arrived_at is not None or seat.given == Standing.ADMITTED,
        "voiced": record is not None and record.voiced,
        "browser": next((one for one in browsers if one), ""),
        "attempts": joining.attempts if joining else 0,
        "voice_ms": joining.voice_ms if joining else None,
        "link_ms": joining.link_ms if joining else None,
        "present_ms": record.present_ms if record else 0,
        "weak_ms": record.weak_ms if record else 0,
        "lost_ms": record.lost_ms if record else 0,
        "reconnections": record.reconnections if record else 0,
        "path": record.path if record else "",
        "tested": test.result if test else "",
        "causes": joining.causes if joining else "",
    }
