"""What was agreed goes to the patient: by a pressed button, each correction beside what stood."""

from datetime import timedelta

from rounds.accounts.reading_on import READABLE
from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Gone
from rounds.kernel.ids import RoomId, VisitId, new_id
from rounds.kernel.unit import Unit
from rounds.notices.model import NoticeState
from rounds.notices.outbox import Message, Values, queue
from rounds.notices.queries import notices_about
from rounds.people.model import Person
from rounds.visits.arranging import arranged
from rounds.visits.closing import CALLED_OFF, keep_what_happened, written_of
from rounds.visits.closing_model import Agreement, VisitSummary
from rounds.visits.events import AgreementPublished
from rounds.visits.model import Visit, VisitState
from rounds.visits.queries import agreements_of, summary_of
from rounds.visits.reminders import ABOUT, address_of

KIND = "visit_agreed"


async def publish(unit: Unit, visit_id: str, revision: int) -> Agreement:
    """Let the patient read the decision and the words that stand at `revision`.

    Nothing is published twice: pressed again, what stands published is returned. Raises Conflict
    before the visit has ended, before it is decided, and when another host saved meanwhile.
    """
    visit, room = await arranged(unit, visit_id, Action.SUMMARY_WRITE)
    if visit.state == VisitState.CANCELLED:
        raise Gone(CALLED_OFF)
    row = await summary_of(unit.session, visit.id)
    if visit.state != VisitState.FINISHED or visit.ended_at is None:
        raise Conflict("Please end the visit first. Then the patient can read it.")
    if row is None or row.decided_at is None:
        raise Conflict("Please decide first what happens next.")
    if row.revision != revision:
        raise Conflict(
            "Somebody else saved this summary while you were writing. Please look again."
        )
    known = await agreements_of(unit.session, visit.id)
    if known and written_of(known[0]) == written_of(row):
        return known[0]
    made = _agreement(unit, row, version=len(known) + 1)
    unit.session.add(made)
    await unit.session.flush()
    await keep_what_happened(unit, visit, room, row)
    await trail.record(unit, "visit.publish", "visit", visit.id, visit.patient_id)
    unit.tell(AgreementPublished(VisitId(visit.id), RoomId(room.id)))
    await _write_to_patient(unit, visit, row, made.version)
    return made


def _agreement(unit: Unit, row: VisitSummary, version: int) -> Agreement:
    return Agreement(
        id=new_id(),
        clinic_id=row.clinic_id,
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        version=version,
        next_step=row.next_step,
        owner_id=row.owner_id,
        due_on=row.due_on,
        nothing=row.nothing,
        reason=row.reason,
        agreed=row.agreed,
        published_at=unit.now,
        published_by=unit.actor.person,
    )


async def _write_to_patient(unit: Unit, visit: Visit, row: VisitSummary, version: int) -> None:
    """Tell the patient that there is something to read, unless writing may not be safe for them.

    There is no address then (see `address_of`). Whether they agree to messages at all is asked when
    it goes out, as of every message.
    """
    until = (visit.ended_at or unit.now) + READABLE
    if row.quiet or until - unit.now < timedelta(hours=1):
        return
    waits = any(
        one.kind == KIND and one.state == NoticeState.WAITING
        for one in await notices_about(unit.session, visit.id)
    )
    contact = await address_of(unit, visit, visit.patient_id)
    if contact is None or waits:
        return
    person = await unit.session.get_one(Person, visit.patient_id)
    values: Values = {
        "link": f"/my/visits/{visit.id}",
        "corrected": int(version > 1),
        "until_at": until.isoformat(),
        "any_way": 1,
    }
    key = f"agreed:{visit.id}:{version}"
    await queue(unit, person, Message(KIND, values, (ABOUT, visit.id), None, until, key), contact)
