"""Facts about people and care teams."""

from dataclasses import dataclass

from rounds.kernel.ids import PersonId


@dataclass(frozen=True, slots=True)
class PatientAdded:
    """A patient was entered."""

    patient: PersonId


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Somebody belongs to a patient's care team from now on."""

    patient: PersonId
    person: PersonId


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """Somebody no longer belongs to a patient's care team; what it opened to them closes."""

    patient: PersonId
    person: PersonId


@dataclass(frozen=True, slots=True)
class ResponsibilityPassed:
    """Another person answers for a matter of a patient."""

    patient: PersonId
    matter: str
    person: PersonId


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """A person's name, language, address or role was changed."""

    person: PersonId
