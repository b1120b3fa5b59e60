"""What the forms of tasks send."""

from typing import Literal

from aiohttp import web
from pydantic import Field

from rounds.kernel.errors import Conflict, Invalid
from rounds.scheduling.written import number_of
from rounds.tasks.giving import LONGEST_ID, Origin, Wanted
from rounds.tasks.model import LONGEST_ORIGIN, Deed, OriginKind
from rounds.web.keys import PAGES
from rounds.web.request import Body, language

LONGEST = 4000
"""What a form may carry; what is longer than its field is told in the page, not cut."""


class GiveForm(Body):
    """A new task; an origin only of what people write from: plan and visits.

    What an entry of a plan says is read where the task is shown, and never taken from here.
    """

    subject: str = Field("", max_length=LONGEST)
    owner: str = Field("", max_length=40)
    days: str = Field("", max_length=8)
    asks: str = Field("", max_length=8)
    key: str = Field("", max_length=64)
    origin_kind: Literal["", "plan", "visit"] = ""
    origin_id: str = Field("", max_length=LONGEST_ID)
    origin_words: str = Field("", max_length=LONGEST_ORIGIN)

    def wanted(self) -> Wanted:
        """Return what is wanted. Raises Invalid for days that are none."""
        origin = origin_of(self.origin_kind, self.origin_id, self.origin_words)
        days = number_of(self.days, "days")
        asks = self.asks == "yes"
        return Wanted(self.subject, self.owner, days, asks, origin, self.key or None)


def origin_of(kind: str, id: str, words: str = "") -> Origin | None:
    """Return the origin that a form or an address names; None for none."""
    if kind not in (OriginKind.PLAN, OriginKind.VISIT) or not id or len(id) > LONGEST_ID:
        return None
    return Origin(OriginKind(kind), id, words if kind == OriginKind.VISIT else "")


class AnswerForm(Body):
    """What its owner says of a task."""

    deed: Literal["accept", "decline", "done", "reopen"]
    words: str = Field("", max_length=LONGEST)


class ChangeForm(Body):
    """What the team changes of a task: days, owner, or that it is not needed any more."""

    deed: Literal["due", "hand", "cancel"]
    words: str = Field("", max_length=LONGEST)
    days: str = Field("", max_length=8)
    owner: str = Field("", max_length=40)
    asks: str = Field("", max_length=8)


Refused = dict[str, object]
FAULTS = {"subject": "", "owner": "", "days": "", "words": ""}
EMPTY: Refused = {"deed": "", "message": "", "fields": FAULTS, "words": ""}


def refused(
    request: web.Request, deed: str | Deed, fault: Invalid | Conflict, words: str
) -> Refused:
    """Return what a page needs to show a refused form again, with what was written."""
    translate = request.app[PAGES].languages.translator(language(request))
    fields = dict(fault.fields) if isinstance(fault, Invalid) else {}
    return {
        "deed": str(deed),
        "message": translate(fault.message),
        "fields": FAULTS | {name: translate(text) for name, text in fields.items()},
        "words": words,
    }


def status_for(fault: Invalid | Conflict) -> int:
    """Return the status of a page that shows a refused form again."""
    return 409 if isinstance(fault, Conflict) else 422
