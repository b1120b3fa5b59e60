"""Who is acting, in which role, from which session, and how far that session reaches."""

from dataclasses import dataclass
from enum import StrEnum

from rounds.kernel.ids import ClinicId, InvitationId, PersonId, RoomId, SessionId


class Role(StrEnum):
    """What a person is in the clinic; the names tests and tools rely on."""

    GP = "gp"
    THERAPIST = "therapist"
    PSYCHIATRIST = "psychiatrist"
    COORDINATOR = "coordinator"
    INTERPRETER = "interpreter"
    ADMIN = "admin"
    PATIENT = "patient"
    RELATIVE = "relative"


CLINICIANS = frozenset({Role.GP, Role.THERAPIST, Role.PSYCHIATRIST})
STAFF = CLINICIANS | {Role.COORDINATOR, Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, a patient or relative at home, a guest behind a visit link, a stranger
    or the system itself.

    `room` limits a guest's session to the one room its link opens; staff sessions have none.
    `locked` says that the screen is locked until its owner proves to be there; `fresh` that the
    owner proved it within the last minutes, as dangerous acts demand (step-up).
    """

    kind: str
    clinic: ClinicId | None = None
    person: PersonId | None = None
    role: Role | None = None
    session: SessionId | None = None
    invitation: InvitationId | None = None
    room: RoomId | None = None
    language: str = "en"
    locked: bool = False
    fresh: bool = False

    @property
    def is_staff(self) -> bool:
        """Say whether this is somebody of the clinic with an account."""
        return self.kind == "staff"

    @property
    def is_at_home(self) -> bool:
        """Say whether this is a patient or relative between visits, on a remembered device."""
        return self.kind == "my"

    @property
    def is_guest(self) -> bool:
        """Say whether this is a person behind a visit link."""
        return self.kind == "guest"


STRANGER = Actor(kind="stranger")
SYSTEM = Actor(kind="system")
