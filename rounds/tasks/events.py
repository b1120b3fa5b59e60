"""Facts about tasks."""

from dataclasses import dataclass

from rounds.kernel.ids import PersonId


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """Somebody is to do something for a patient."""

    task: str
    patient: PersonId


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """A task was accepted, declined, done, passed on, moved or taken back, or became overdue."""

    task: str
    patient: PersonId
