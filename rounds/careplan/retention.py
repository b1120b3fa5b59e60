"""How long plans are kept: as long as their clinic chose, and then a plan goes as a whole.

A plan is part of the record, so that nothing of it goes by itself until its clinic has chosen after
how many years (the law differs from place to place). Log, versions and signatures prove each other:
of a plan everything goes in one transaction, or nothing. What was written in a template names no
patient and stays.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select

from rounds.careplan.model import (
    CarePlan,
    PlanClient,
    PlanEntry,
    PlanPending,
    PlanRight,
    PlanSection,
    PlanSnapshot,
)
from rounds.careplan.template_model import PlanTemplateUse
from rounds.careplan.version_model import PlanAcknowledgement, PlanSignature, PlanVersion
from rounds.kernel.retention import Rule
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.people.clinic import RECORD_YEARS, record_time
from rounds.people.model import Clinic, Membership

KEEPS_EDITS = timedelta(days=90)


def _plans(clinic: str, before: datetime) -> Select[str]:
    # `before` counts from the shortest time that a clinic can choose.
    shortest = record_time(RECORD_YEARS[0])
    over = [
        and_(
            Clinic.record_years == years, *_untouched_since(before + shortest - record_time(years))
        )
        for years in RECORD_YEARS
    ]
    return (
        select(CarePlan.id)
        .join(Clinic, Clinic.id == CarePlan.clinic_id)
        .where(CarePlan.clinic_id == clinic, or_(*over))
    )


def _untouched_since(border: datetime) -> list[ColumnElement[bool]]:
    """Say that nobody cared for the patient, wrote in the plan, signed or read it since then."""
    here = PlanSection.plan_id == CarePlan.id
    of_version = PlanVersion.plan_id == CarePlan.id
    return [
        CarePlan.begun_at < border,
        ~select(Membership.id)
        .where(
            Membership.patient_id == CarePlan.patient_id,
            or_(Membership.ends_at.is_(None), Membership.ends_at >= border),
        )
        .exists(),
        # The last row of each section is its newest.
        ~select(PlanEntry.seq)
        .join(
            PlanSection,
            and_(PlanSection.id == PlanEntry.section_id, PlanSection.seq == PlanEntry.seq),
        )
        .where(here, PlanEntry.at >= border)
        .exists(),
        ~select(PlanPending.id)
        .join(PlanSection, PlanSection.id == PlanPending.section_id)
        .where(here, or_(PlanPending.at >= border, _waits()))
        .exists(),
        ~select(PlanVersion.id).where(of_version, PlanVersion.made_at >= border).exists(),
        ~select(PlanSignature.id)
        .join(PlanVersion, PlanVersion.id == PlanSignature.version_id)
        .where(of_version, PlanSignature.signed_at >= border)
        .exists(),
        ~select(PlanAcknowledgement.id)
        .join(PlanVersion, PlanVersion.id == PlanAcknowledgement.version_id)
        .where(of_version, PlanAcknowledgement.acknowledged_at >= border)
        .exists(),
    ]


def _waits() -> ColumnElement[bool]:
    return PlanPending.seq.is_(None) & PlanPending.refused.is_(None)


def _edits(clinic: str, before: datetime) -> Select[str]:
    return select(PlanPending.id).where(
        PlanPending.clinic_id == clinic, PlanPending.at < before, ~_waits()
    )


async def delete_within(unit: Unit, plans: Sequence[str]) -> None:
    """Delete everything that plans hold, so that they can be deleted themselves."""
    sections = select(PlanSection.id).where(PlanSection.plan_id.in_(plans)).scalar_subquery()
    versions = select(PlanVersion.id).where(PlanVersion.plan_id.in_(plans)).scalar_subquery()
    for statement in (
        delete(PlanAcknowledgement).where(PlanAcknowledgement.version_id.in_(versions)),
        delete(PlanSignature).where(PlanSignature.version_id.in_(versions)),
        delete(PlanVersion).where(PlanVersion.plan_id.in_(plans)),
        delete(PlanTemplateUse).where(PlanTemplateUse.plan_id.in_(plans)),
        delete(PlanRight).where(PlanRight.plan_id.in_(plans)),
        delete(PlanPending).where(PlanPending.section_id.in_(sections)),
        delete(PlanClient).where(PlanClient.section_id.in_(sections)),
        delete(PlanSnapshot).where(PlanSnapshot.section_id.in_(sections)),
        delete(PlanEntry).where(PlanEntry.section_id.in_(sections)),
        delete(PlanSection).where(PlanSection.plan_id.in_(plans)),
    ):
        await unit.session.execute(statement, execution_options={"synchronize_session": False})


RULES = (
    Rule(
        "care_plans",
        N_("Care plans, each as a whole: log, versions, signatures"),
        N_("after the care team ended and the last word was written"),
        record_time(RECORD_YEARS[0]),
        CarePlan,
        _plans,
        delete_within,
        # A whole plan is many rows.
        most=1,
        by_clinic=True,
    ),
    Rule(
        "plan_edits",
        N_("Edits of plans that rules left, once they are carried out or refused"),
        N_("after they were decided on"),
        KEEPS_EDITS,
        PlanPending,
        _edits,
    ),
)
