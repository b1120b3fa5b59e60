"""Facts about plans."""

from dataclasses import dataclass

from rounds.kernel.ids import PersonId


@dataclass(frozen=True, slots=True)
class PlanRightsChanged:
    """Somebody may do less in a patient's plan now, or again all that their role gives."""

    patient: PersonId
    person: PersonId


@dataclass(frozen=True, slots=True)
class PlanEditDecided:
    """A rule left an edit for the plan's door to carry out."""

    section: str
