"""Time-ordered identifiers (UUID version 7, RFC 9562), one type per thing."""

from typing import NewType
from uuid import UUID

from uuid_utils import uuid7

ClinicId = NewType("ClinicId", str)
PersonId = NewType("PersonId", str)
AccountId = NewType("AccountId", str)
SessionId = NewType("SessionId", str)
InvitationId = NewType("InvitationId", str)
RoomId = NewType("RoomId", str)
SeatId = NewType("SeatId", str)
AdmissionId = NewType("AdmissionId", str)
MessageId = NewType("MessageId", str)
NoteId = NewType("NoteId", str)
VisitId = NewType("VisitId", str)
MembershipId = NewType("MembershipId", str)
ConsentId = NewType("ConsentId", str)
NoticeId = NewType("NoticeId", str)
DeviceId = NewType("DeviceId", str)


def new_id() -> str:
    """Return a fresh identifier: 36 characters, sorting by the time it was made."""
    return str(uuid7())


def is_id(text: object) -> bool:
    """Tell whether `text` is an identifier in the one spelling we hand out."""
    if not isinstance(text, str) or len(text) != 36:
        return False
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
