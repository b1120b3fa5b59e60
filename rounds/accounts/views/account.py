"""One's own account: sessions, password, second factor, recovery codes."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from rounds.accounts.browsers import browser_label
from rounds.accounts.credentials import (
    change_password,
    check_first_code,
    confirm_factor,
    offer,
    own_account,
    read_offer,
    renew_codes,
    require_secure,
)
from rounds.accounts.middleware import PASSWORDS, THROTTLE
from rounds.accounts.own import Own, end_other_sessions, end_own_session, read_own
from rounds.accounts.recovery import hashes_of, new_codes
from rounds.accounts.session import end_sessions_of
from rounds.accounts.views.second_step import FactorForm, factor_values, prover, told
from rounds.consent.actions import Action
from rounds.kernel.errors import Invalid, NotFound, Unavailable
from rounds.kernel.ids import is_id
from rounds.people.card import clinic_card
from rounds.people.frame import staff_frame
from rounds.people.model import Clinic
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import CLIENT_ADDRESS, PAGES, SIGNER, UNITS
from rounds.web.request import Body, actor, form_body, language, page, reading, writing
from rounds.web.return_address import with_return

HERE = "/account"


class PasswordForm(Body):
    """The password of before and the new one."""

    old: str = Field("", max_length=1024)
    password: str = Field("", max_length=1024)


async def account_page(request: web.Request) -> web.Response:
    """Show one's own account; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound(with_return("/", HERE))
    return await _page(request)


async def post_password(request: web.Request) -> web.StreamResponse:
    """Change the password."""
    form = await form_body(request, PasswordForm)
    async with reading(request) as unit:
        require_secure(unit)
    try:
        await change_password(
            request.app[UNITS],
            request.app[PASSWORDS],
            prover(request),
            actor(request),
            form.old,
            form.password,
            request[CLIENT_ADDRESS],
        )
    except (Invalid, Unavailable) as refusal:
        return await _page(request, refusal)
    raise web.HTTPSeeOther(f"{HERE}?done=password")


async def factor_page(request: web.Request) -> web.Response:
    """Show the secret for a new second factor."""
    if not actor(request).is_staff:
        raise web.HTTPFound(with_return("/", request.path))
    async with reading(request) as unit:
        require_secure(unit)
        account = await own_account(unit)
    return await _factor_page(request, account.email, *offer(request.app[SIGNER], account.id))


async def post_factor(request: web.Request) -> web.Response:
    """Confirm a new second factor by its first code; show fresh recovery codes this once."""
    form = await form_body(request, FactorForm)
    app = request.app
    async with reading(request) as unit:
        require_secure(unit)
        account = await own_account(unit)
        secret = read_offer(app[SIGNER], account.id, form.offer)
    try:
        await app[THROTTLE].take_proof(account.id, request[CLIENT_ADDRESS])
        step = check_first_code(unit, secret, form.code)
    except (Invalid, Unavailable) as refusal:
        return await _factor_page(request, account.email, secret, form.offer, refusal)
    await app[THROTTLE].forgive_proof(account.id)
    codes = new_codes()
    hashes = await hashes_of(app[PASSWORDS], codes)
    async with writing(request) as unit:
        require_secure(unit)
        await confirm_factor(unit, account.id, secret, step, hashes)
        await end_sessions_of(unit, account.id, "signed_out", but=unit.actor.session)
    return await _codes_page(request, codes)


async def post_codes(request: web.Request) -> web.Response:
    """Make recovery codes anew; show them this once."""
    async with reading(request) as unit:
        require_secure(unit)
        account = await own_account(unit)
    codes = new_codes()
    hashes = await hashes_of(request.app[PASSWORDS], codes)
    async with writing(request) as unit:
        await renew_codes(unit, account.id, hashes)
    return await _codes_page(request, codes)


async def end_one(request: web.Request) -> web.StreamResponse:
    """End one of one's own sessions."""
    session = request.match_info["session"]
    if not is_id(session):
        raise NotFound("There is nothing here for you.")
    async with writing(request) as unit:
        await end_own_session(unit, session)
    raise web.HTTPSeeOther(f"{HERE}?done=session")


async def end_others(request: web.Request) -> web.StreamResponse:
    """End all of one's own sessions but this one."""
    async with writing(request) as unit:
        await end_other_sessions(unit)
    raise web.HTTPSeeOther(f"{HERE}?done=session")


async def _page(request: web.Request, refusal: Invalid | Unavailable | None = None) -> web.Response:
    translate = request.app[PAGES].languages.translator(language(request))
    async with reading(request) as unit:
        own = await read_own(unit)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    return page(
        request,
        "accounts/account.html",
        status_of(refusal) if refusal else 200,
        **frame,
        **_values(own, translate),
        done=request.query.get("done", "")[:20] if not refusal else "",
        error=told(request, refusal),
        errors={name: translate(text) for name, text in fields.items()},
    )


def _values(own: Own, translate: Callable[[str], str]) -> dict[str, Any]:
    zone = ZoneInfo(own.clinic.time_zone)
    return {
        "email": own.account.email,
        "with_factor": own.account.totp_confirmed_at is not None,
        "must_have_factor": own.clinic.needs_second_factor,
        "codes_left": own.codes_left,
        "sessions": [
            {
                "id": one.id,
                "browser": browser_label(one.label, translate),
                "here": one.id == own.session,
                "since": one.created_at.astimezone(zone),
                "seen": (one.seen_at or one.created_at).astimezone(zone),
                "locked": one.locked_at is not None,
            }
            for one in own.sessions
        ],
    }


async def _factor_page(
    request: web.Request,
    email: str,
    secret: str,
    token: str,
    refusal: Invalid | Unavailable | None = None,
) -> web.Response:
    async with reading(request) as unit:
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    return page(
        request,
        "accounts/own_factor.html",
        status_of(refusal) if refusal else 200,
        **frame,
        **factor_values(secret, email, token),
        error=told(request, refusal),
    )


async def _codes_page(request: web.Request, codes: list[str]) -> web.Response:
    async with reading(request) as unit:
        clinic = await unit.session.get_one(Clinic, unit.actor.clinic)
    return page(request, "accounts/codes.html", clinic=clinic_card(clinic), codes=codes, next=HERE)


DOORS = [
    Door("GET", "/account", Action.ACCOUNT_OWN, account_page),
    Door("POST", "/account/password", Action.ACCOUNT_SECURE, post_password),
    Door("GET", "/account/factor", Action.ACCOUNT_SECURE, factor_page),
    Door("POST", "/account/factor", Action.ACCOUNT_SECURE, post_factor),
    Door("POST", "/account/codes", Action.ACCOUNT_SECURE, post_codes),
    Door("POST", "/account/sessions/end-others", Action.ACCOUNT_OWN, end_others),
    Door("POST", "/account/sessions/{session}/end", Action.ACCOUNT_OWN, end_one),
]
