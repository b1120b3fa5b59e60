"""Facts about consent."""

from dataclasses import dataclass

from rounds.kernel.ids import ConsentId, PersonId


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A patient agreed to something."""

    consent: ConsentId
    patient: PersonId
    grantee: PersonId | None


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """A patient took an agreement back."""

    consent: ConsentId
    patient: PersonId
    purpose: str


@dataclass(frozen=True, slots=True)
class AccessEnded:
    """Somebody may reach less of a patient's record than before: sockets, media and links end.

    `person` is empty when it holds for everybody but the patient. `visits` says that taking part
    in visits is among what ended.
    """

    patient: PersonId
    person: PersonId | None
    reason: str
    visits: bool = False
