"""Facts about the versions of plans."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanSigned:
    """Somebody signed a version of a patient's plan."""

    patient: str
    version: str


@dataclass(frozen=True, slots=True)
class PlanAcknowledged:
    """Somebody said that they have read a version of a patient's plan."""

    patient: str
    version: str
