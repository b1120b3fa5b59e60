"""What the pages of consent send: every form, read strictly."""

from typing import Literal

from pydantic import Field

from rounds.consent.giving import LONGEST_WORDS
from rounds.consent.model import Purpose, Scope, Section
from rounds.consent.own import Wish
from rounds.web.request import Body

Tick = Literal["on"] | None


class AgreeForm(Body):
    """An agreement; each part of the record has a tick of its own."""

    purpose: Purpose
    grantee: str = Field("", max_length=36)
    until: str = Field("", max_length=10)
    visits: Tick = None
    goals: Tick = None
    tasks: Tick = None
    education: Tick = None
    diary: Tick = None
    scores: Tick = None

    def wish(self) -> Wish:
        """Return what is agreed to; a hidden family field beside another purpose says nothing."""
        if self.purpose is not Purpose.FAMILY:
            return Wish(self.purpose)
        scopes = frozenset(one for one in Scope if getattr(self, one.value))
        return Wish(self.purpose, self.grantee or None, scopes, self.until)


class RecordForm(AgreeForm):
    """The same as staff write it down: with how the patient said it back."""

    said_back: Literal["yes", "no", ""] = ""

    @property
    def teach_back(self) -> bool | None:
        """Whether the patient said it in their own words; None when nothing was chosen."""
        return None if self.said_back == "" else self.said_back == "yes"


class ConsentForm(Body):
    """Which agreement."""

    consent: str = Field(max_length=36)


class KeepOutForm(Body):
    """Whom or what to keep out, and words that only the patient reads."""

    person: str = Field("", max_length=36)
    section: Section | Literal[""] = ""
    words: str = Field("", max_length=LONGEST_WORDS)

    @property
    def part(self) -> Section | None:
        """The part of the record, or nothing for everything."""
        return Section(self.section) if self.section else None


class ExclusionForm(Body):
    """Which exclusion."""

    exclusion: str = Field(max_length=36)


class Empty(Body):
    """A form without a field."""
