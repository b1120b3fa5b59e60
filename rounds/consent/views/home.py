"""At home: who can see what and who looked, with the buttons that change it."""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.consent import own
from rounds.consent.actions import Action
from rounds.consent.looks import Looks, read_looks
from rounds.consent.model import Purpose
from rounds.consent.own import Given
from rounds.consent.parts import NEVER
from rounds.consent.sight import Member, Sight
from rounds.consent.views.forms import AgreeForm, ConsentForm, ExclusionForm, KeepOutForm
from rounds.consent.views.values import USUAL_ACCESS, Wording
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_
from rounds.people.card import clinic_card
from rounds.people.roles import role_label
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.request import actor, form_body, page, reading, writing

HERE = "/my/access"
SIGN_IN = "/my/sign-in"
FIRST_LOOKS = 8
DONE = {
    "given": N_("Saved. It counts from now on."),
    "withdrawn": N_("Taken back. It counts from now on."),
    "kept_out": N_("Kept out. It counts from now on."),
    "let_in": N_("Let in again."),
}

Deed = Callable[[Unit], Awaitable[None]]


async def access(request: web.Request) -> web.Response:
    """Show who can see what; whoever is not signed in at home is asked to be."""
    _send_strangers_to_sign_in(request)
    return await _show(request)


async def looks(request: web.Request) -> web.Response:
    """Show who looked, page by page."""
    _send_strangers_to_sign_in(request)
    before = request.query.get("before", "")
    async with reading(request) as unit:
        found = await read_looks(unit, before if is_id(before) else None)
        sight = await own.read_own(unit)
    if not isinstance(sight, Sight):
        raise NotFound("There is nothing here for you.")
    words = Wording(request, sight.zone)
    return page(
        request,
        "consent/looks.html",
        clinic=clinic_card(sight.clinic),
        me={"name": sight.patient.name},
        looks=words.looks(found),
        older=found.older,
        is_first=not before,
    )


async def as_somebody(request: web.Request) -> web.Response:
    """Show what one person sees."""
    _send_strangers_to_sign_in(request)
    async with reading(request) as unit:
        sight, one = await own.read_as(unit, _id(request.match_info["person"]))
    words = Wording(request, sight.zone)
    return page(
        request,
        "consent/seen_by.html",
        clinic=clinic_card(sight.clinic),
        who=words.member(one) if isinstance(one, Member) else words.close(one),
        is_member=isinstance(one, Member),
        parts=words.seen_by(one),
        never=words.translate(NEVER),
    )


async def post_give(request: web.Request) -> web.Response:
    """Agree to something."""
    form = await form_body(request, AgreeForm)
    return await _do(request, "given", lambda unit: own.agree(unit, form.wish()), form)


async def post_withdraw(request: web.Request) -> web.Response:
    """Take an agreement back."""
    form = await form_body(request, ConsentForm)
    return await _do(request, "withdrawn", lambda unit: own.take_back(unit, _id(form.consent)))


async def post_exclude(request: web.Request) -> web.Response:
    """Keep somebody or something out."""
    form = await form_body(request, KeepOutForm)
    person = _id(form.person) if form.person else None
    return await _do(
        request, "kept_out", lambda unit: own.keep_out(unit, person, form.part, form.words)
    )


async def post_lift(request: web.Request) -> web.Response:
    """Let in again."""
    form = await form_body(request, ExclusionForm)
    return await _do(request, "let_in", lambda unit: own.let_in(unit, _id(form.exclusion)))


async def _do(
    request: web.Request, done: str, deed: Deed, form: AgreeForm | None = None
) -> web.Response:
    """Do it and show the page anew; what cannot be done is said on the page, nothing is lost."""
    try:
        async with writing(request) as unit:
            await deed(unit)
    except (Invalid, Conflict) as refusal:
        return await _show(request, refusal, form)
    raise web.HTTPSeeOther(f"{HERE}?done={done}")


async def _show(
    request: web.Request,
    refusal: Invalid | Conflict | None = None,
    form: AgreeForm | None = None,
) -> web.Response:
    async with reading(request) as unit:
        found = await own.read_own(unit)
        if isinstance(found, Given):
            if refusal is not None:
                raise refusal
            return _given(request, found)
        first = await read_looks(unit, most=FIRST_LOOKS)
        today = unit.now.astimezone(found.zone).date()
    words = Wording(request, found.zone)
    values = _values(words, found, first) | {
        "today": today.isoformat(),
        "usual": (today + USUAL_ACCESS).isoformat(),
        "done": words.translate(DONE[told])
        if (told := request.query.get("done")) in DONE
        else None,
        "error": words.translate(refusal.message) if refusal else None,
        "fields": {name: words.translate(text) for name, text in refusal.fields.items()}
        if isinstance(refusal, Invalid)
        else {},
        "tried": {
            "grantee": form.grantee,
            "until": form.until,
            "ticked": [str(one) for one in form.wish().scopes],
        }
        if form
        else None,
    }
    status = status_of(refusal) if refusal else 200
    return page(request, "consent/access.html", status, **values)


def _values(words: Wording, sight: Sight, first: Looks) -> dict[str, Any]:
    translate = words.translate
    return {
        "clinic": clinic_card(sight.clinic),
        "me": {"name": sight.patient.name},
        "team": [words.member(one) for one in sight.team],
        "family": [words.close(one) for one in sight.family],
        "others": [
            {"id": one.id, "name": one.name, "role_label": role_label(role, translate)}
            for one, role in sight.others
        ],
        "agreements": [words.agreement(one) for one in sight.agreements],
        "family_text": words.text_now(Purpose.FAMILY),
        "history": [words.past(row, sight) for row in sight.history],
        "exclusions": [words.exclusion(row, sight) for row in sight.exclusions],
        "sections": words.every_section(),
        "parts": words.parts(),
        "never": translate(NEVER),
        "looks": words.looks(first),
        "more_looks": first.older is not None,
        "sent": [
            {
                "who": sight.people[row.person_id].name,
                "channel": str(row.channel),
                "at": row.sent_at.astimezone(sight.zone),
            }
            for row in sight.sent
            if row.sent_at is not None
        ],
    }


def _given(request: web.Request, found: Given) -> web.Response:
    words = Wording(request, ZoneInfo(found.clinic.time_zone))
    until = words.day_before(found.until) if found.until else None
    return page(
        request,
        "consent/given.html",
        clinic=clinic_card(found.clinic),
        me={"name": found.me.name},
        patient={"name": found.patient.name, "first_name": found.patient.given_name},
        scopes=words.scopes(found.scopes),
        until=until,
    )


def _send_strangers_to_sign_in(request: web.Request) -> None:
    if not actor(request).is_at_home:
        raise web.HTTPFound(SIGN_IN)


def _id(text: str) -> str:
    # A text that is none of our ids names nothing; the rule refuses it as it does a foreign one.
    return text if is_id(text) else "00000000-0000-0000-0000-000000000000"


DOORS = [
    Door("GET", "/my/access", Action.MY_PAGES, access),
    Door("GET", "/my/access/looks", Action.MY_TRAIL, looks),
    Door("GET", "/my/access/as/{person}", Action.MY_CONSENT, as_somebody),
    Door("POST", "/my/access/give", Action.MY_CONSENT, post_give),
    Door("POST", "/my/access/withdraw", Action.MY_CONSENT, post_withdraw),
    Door("POST", "/my/access/exclude", Action.MY_CONSENT, post_exclude),
    Door("POST", "/my/access/lift", Action.MY_CONSENT, post_lift),
]
