"""The forms of booking and arranging, as pages send them."""

from datetime import UTC, datetime, tzinfo

from pydantic import Field

from rounds.kernel.errors import Invalid
from rounds.scheduling.written import day_of, instant_of, minutes_of, number_of
from rounds.visits.party import Choice
from rounds.web.request import (
    Body,
    known,
)

LISTS = frozenset({"clinician", "relative"})
ID = 36


class WhenForm(Body):
    """A time as it was offered, or as it was written in the clinic's time."""

    offer: str = Field("", max_length=40)
    day: str = Field("", max_length=10)
    time: str = Field("", max_length=8)
    which: str = Field("", max_length=6)
    minutes: str = Field("25", max_length=6)
    insist: str = Field("", max_length=3)

    def instant(self, zone: tzinfo) -> datetime:
        """Return the instant that is meant. Raises Invalid, see `written.instant_of`."""
        if self.offer:
            try:
                found = datetime.fromisoformat(self.offer)
            except ValueError:
                found = None
            if found is None or found.tzinfo is None or not 2000 <= found.year <= 2200:
                raise Invalid("This is not a time.", {"time": "Please choose a time."})
            return found.astimezone(UTC)
        day, minutes = day_of(self.day, "day"), minutes_of(self.time, "time")
        return instant_of(zone, day, minutes, self.which)


class BookForm(WhenForm):
    """Whom, when, for how long, with whom, and whether links go out at once."""

    patient: str = Field(max_length=ID)
    key: str = Field(min_length=8, max_length=64)
    purpose: str = Field("", max_length=400)
    clinician: list[str] = Field(default_factory=list, max_length=20)
    coordinator: str = Field("", max_length=ID)
    interpreter: str = Field("", max_length=ID)
    relative: list[str] = Field(default_factory=list, max_length=20)
    send: str = Field("", max_length=3)
    pin: str = Field("", max_length=3)

    @property
    def choice(self) -> Choice:
        """The people chosen. Raises NotFound for what is no id."""
        return Choice(
            [known(one) for one in dict.fromkeys(self.clinician)],
            known(self.coordinator) if self.coordinator else "",
            known(self.interpreter) if self.interpreter else "",
            [known(one) for one in dict.fromkeys(self.relative)],
        )

    @property
    def length(self) -> int:
        """Minutes. Raises Invalid."""
        return number_of(self.minutes, "minutes")


class CancelForm(Body):
    """Why a visit is called off."""

    reason: str = Field("", max_length=400)


class LinkForm(Body):
    """Whether a link is sent, and whether it asks for a PIN."""

    send: str = Field("", max_length=3)
    pin: str = Field("", max_length=3)


class Nothing(Body):
    """A form that only says: do it."""
