"""What a page asks for in a room, as it comes over the wire."""

from pydantic import Field

from rounds.rooms.chat import LONGEST_MESSAGE
from rounds.rooms.lobby import LONGEST_REASON
from rounds.rooms.writing import LONGEST_NOTE
from rounds.web.request import Body


class Announcement(Body):
    """What somebody says about their devices."""

    microphone: bool
    camera: bool
    resting: bool = False


class Admission(Body):
    """Whom to admit."""

    admission: str = Field(max_length=36)


class Denial(Admission):
    """Whom to deny, and why."""

    reason: str = Field("", max_length=LONGEST_REASON)


class SendingBack(Body):
    """Whom to let wait again, why, and for about how many minutes."""

    seat: str = Field(max_length=36)
    reason: str = Field("", max_length=LONGEST_REASON)
    minutes: int | None = Field(None, ge=1, le=60)


class Note(Body):
    """A line at the door: to a seat or to all who wait, a preset or words of one's own."""

    seat: str | None = Field(None, max_length=36)
    text: str = Field("", max_length=LONGEST_NOTE)
    preset: str | None = Field(None, max_length=16)
    minutes: int | None = Field(None, ge=1, le=60)
    key: str = Field(min_length=1, max_length=64)


class Telephone(Body):
    """The number to be called at; empty for the one the clinic has."""

    number: str = Field("", max_length=40)


class Chosen(Body):
    """Whom it is about, by seat."""

    seat: str = Field(max_length=36)


class Looking(Body):
    """Whether nobody looks at the page."""

    hidden: bool


class Saying(Body):
    """A line for the chat; the event, not the page, says who reads it."""

    text: str = Field(min_length=1, max_length=LONGEST_MESSAGE)
    key: str = Field(min_length=1, max_length=64)


class Sharing(Body):
    """Whether what somebody else shares is to end for it."""

    take_over: bool = False
