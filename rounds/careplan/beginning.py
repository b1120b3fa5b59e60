"""Begins the plan of a patient when it is first opened, with every kind of section there is."""

from rounds.careplan.kinds import SECTIONS
from rounds.careplan.model import CarePlan, PlanSection
from rounds.careplan.queries import plan_of_patient, sections_of
from rounds.kernel.ids import new_id
from rounds.kernel.unit import Unit
from rounds.people.model import Patient
from rounds.people.queries import locked_clinic


async def plan_of(unit: Unit, patient: Patient) -> tuple[CarePlan, dict[str, str]]:
    """Return a patient's plan and the ids of its sections by kind, begun where they are missing.

    A kind of section that a newer version of rounds brings comes to plans as they are opened.
    """
    plan = await plan_of_patient(unit.session, patient.person_id)
    there = await _sections(unit, plan)
    if plan is not None and there.keys() >= SECTIONS.keys():
        return plan, there
    # Two who come at once wait here for each other; the second finds what the first began.
    await locked_clinic(unit.session, patient.clinic_id)
    plan = await plan_of_patient(unit.session, patient.person_id)
    if plan is None:
        plan = CarePlan(
            id=new_id(),
            clinic_id=patient.clinic_id,
            patient_id=patient.person_id,
            begun_at=unit.now,
        )
        unit.session.add(plan)
        await unit.session.flush()
    there = await _sections(unit, plan)
    for kind in SECTIONS.keys() - there.keys():
        section = PlanSection(
            id=new_id(), clinic_id=plan.clinic_id, plan_id=plan.id, kind=kind, epoch=1, seq=0
        )
        unit.session.add(section)
        there[kind] = section.id
    await unit.session.flush()
    return plan, there


async def is_begun(unit: Unit, patient_id: str) -> bool:
    """Say whether a patient's plan is there with every kind of section: then it is only read."""
    plan = await plan_of_patient(unit.session, patient_id)
    return plan is not None and (await _sections(unit, plan)).keys() >= SECTIONS.keys()


async def _sections(unit: Unit, plan: CarePlan | None) -> dict[str, str]:
    found = await sections_of(unit.session, plan.id) if plan is not None else []
    return {one.kind: one.id for one in found}
