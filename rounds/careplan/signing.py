"""Signs what somebody looked at, and nothing that came since."""

from rounds.audit import trail
from rounds.careplan.opening import admitted
from rounds.careplan.queries import plan_of_patient
from rounds.careplan.version_events import PlanSigned
from rounds.careplan.version_model import Meaning, PlanSignature, PlanVersion, Reason
from rounds.careplan.version_queries import signatures_of
from rounds.careplan.versions import keep_version, present
from rounds.consent.actions import Action
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.sync.live import Shapes

LONGEST_TITLE = 120

CHANGED = "Somebody changed the plan while you were reading. Please look at it again."
NOTHING = "There is nothing in this plan yet."
TOO_LONG = "Please use a shorter name."


async def sign(
    unit: Unit, patient_id: str, shapes: Shapes, seen: str, meaning: Meaning, title: str = ""
) -> PlanVersion:
    """Sign the plan of a patient as it stands; return the version that was signed.

    `seen` is the hash of the content that the actor looked at. Signing the same with the same
    meaning again changes nothing. Raises NotFound or Forbidden, and Conflict when the plan says
    something else by now.
    """
    patient, _ = await admitted(unit, patient_id, Action.PLAN_SIGN)
    plan = await plan_of_patient(unit.session, patient.person_id)
    who, role = unit.actor.person, unit.actor.role
    if plan is None or who is None or role is None:
        raise NotFound("There is nothing here for you.")
    _check_title(title)
    now = await present(unit.session, plan.id, shapes)
    if not any(now.content.values()):
        raise Conflict(NOTHING)
    version = await keep_version(unit, plan.id, shapes, Reason.SIGNED, title)
    if version.content_hash != seen:
        raise Conflict(CHANGED)
    there = await signatures_of(unit.session, [version.id])
    if any(one.person_id == who and one.meaning == meaning for one in there):
        return version
    signature = PlanSignature(
        id=new_id(),
        clinic_id=version.clinic_id,
        version_id=version.id,
        person_id=who,
        role=role,
        meaning=meaning,
        hash=version.hash,
        signed_at=unit.now,
    )
    unit.session.add(signature)
    await trail.record(
        unit, "plan.sign", "plan_version", version.id, plan.patient_id, plan.clinic_id
    )
    unit.tell(PlanSigned(plan.patient_id, version.id))
    return version


async def name(unit: Unit, patient_id: str, shapes: Shapes, title: str) -> PlanVersion:
    """Keep the plan of a patient as it stands under a name. Raises as `sign` does."""
    patient, _ = await admitted(unit, patient_id, Action.PLAN_SIGN)
    plan = await plan_of_patient(unit.session, patient.person_id)
    if plan is None:
        raise NotFound("There is nothing here for you.")
    if not title:
        raise Invalid("Please give this version a name.", {"title": "Please write a few words."})
    _check_title(title)
    return await keep_version(unit, plan.id, shapes, Reason.NAMED, title)


def _check_title(title: str) -> None:
    if len(title) > LONGEST_TITLE:
        raise Invalid(TOO_LONG, {"title": TOO_LONG})
