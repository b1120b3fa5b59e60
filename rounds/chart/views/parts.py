"""What the pages about patients share: ids from paths, people as values, choices of forms."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.chart.teaming import Colleague
from rounds.kernel.errors import Conflict, Invalid, NotFound, Refusal
from rounds.kernel.ids import is_id
from rounds.people.languages import language_name
from rounds.people.model import ContactPoint, Matter, System
from rounds.people.roles import RELATIONSHIPS, matter_label, role_label
from rounds.web.keys import PAGES
from rounds.web.people import Named, person_values
from rounds.web.request import actor, language


def staff_only(request: web.Request) -> None:
    """Send everybody without a session of the staff to the sign-in page, whatever they name."""
    if not actor(request).is_staff:
        raise web.HTTPFound("/?" + urlencode({"next": request.path_qs}))


def known(request: web.Request, name: str) -> str:
    """Return an id of the path. Raises NotFound for what can be none."""
    return checked_id(request.match_info[name])


def checked_id(id: str) -> str:
    """Return an id that was sent. Raises NotFound for what can be none."""
    if not is_id(id):
        raise NotFound("There is nothing here for you.")
    return id


def translator(request: web.Request) -> Callable[[str], str]:
    """Return the function that puts a sentence into the reader's language."""
    return request.app[PAGES].languages.translator(language(request))


def tongue(request: web.Request, tag: str) -> str:
    """Return how the reader calls a language."""
    return language_name(tag, language(request), translator(request))


def face_values(request: web.Request, person: Named) -> dict[str, Any]:
    """Return a person as templates take it."""
    return dict(person_values(request, person))


def contact_values(contacts: Sequence[ContactPoint]) -> list[dict[str, Any]]:
    """Return ways to reach a person as templates take them."""
    return [
        {
            "id": one.id,
            "is_phone": one.system == System.SMS,
            "value": one.value,
            "verified": one.verified_at is not None,
        }
        for one in contacts
    ]


def colleague_choices(
    request: web.Request, found: Sequence[Colleague], matter: Matter | None = None
) -> list[tuple[str, str]]:
    """Return the staff for a form, with their roles; with `matter` those who can answer for it."""
    translate = translator(request)
    return [
        (one.person.id, f"{one.person.name}, {role_label(one.role, translate)}")
        for one in found
        if matter is None or one.can_answer_for(matter)
    ]


def matter_words(request: web.Request, matter: Matter) -> str:
    """Return a matter as a duty in the reader's language."""
    return matter_label(matter, translator(request))


def relationship_choices(request: web.Request) -> list[tuple[str, str]]:
    """Return the relationships that forms offer."""
    translate = translator(request)
    return [(name, translate(words)) for name, words in RELATIONSHIPS.items()]


def read_date(text: str, field: str) -> date:
    """Return the date of a date field. Raises Invalid for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "This is not a date.", {field: "Please write year, month and day, as 1991-09-03."}
        ) from None


def trouble(request: web.Request, refusal: Refusal | None) -> dict[str, Any]:
    """Return what a form shows after a refusal: one sentence, and a sentence per field."""
    # A field about which nothing is to be said has nothing to show.
    errors: dict[str, str] = defaultdict(str)
    if refusal is None:
        return {"error": None, "errors": errors}
    translate = translator(request)
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    errors.update({name: translate(text) for name, text in fields.items()})
    return {"error": translate(refusal.message), "errors": errors}


def filled(sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a form was sent with; a field that it has not is empty."""
    return defaultdict(str, sent)


def refusal_status(refusal: Refusal | None) -> int:
    """Return the status of a form that is shown again."""
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, Conflict) else 422


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment as the clinic's clocks show it."""
    return moment.astimezone(zone)
