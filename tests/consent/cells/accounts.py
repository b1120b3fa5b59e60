"""Who gets in at the doors of accounts."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pyotp

from rounds.accounts.credentials import offer
from rounds.accounts.queries.sessions import open_sessions_of_account, session_by_token
from rounds.accounts.queries.staff import account_by_email, account_by_id
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.signing import fingerprint
from tests.consent.cast import STAFF, Cast, Tie
from tests.consent.cell import Cell, cell
from tests.making.browser import Browser
from tests.making.clock import START
from tests.making.people import PASSWORD, make_staff

Ask = Callable[[Browser, Cast], Awaitable[object]]

ADMIN = {Tie.ADMIN}
PROOF = {"password": PASSWORD}
INVITED = {"given_name": "Nora", "role": "gp", "email": "nora{visit}@clinic.example"}
MEMBER = "/admin/staff/{member}"
NEW_PASSWORD = {"old": PASSWORD, "password": "seven green boats at dawn"}
NEW_ROLE = {"role": "therapist", "was": "psychiatrist"}


async def _of_member(cast: Cast) -> str:
    """The newest session of the member of the team."""
    email = cast.staff[Tie.MEMBER].email
    async with cast.house.units.reading(SYSTEM) as unit:
        account = await account_by_email(unit.session, email)
        assert account is not None
        known = await open_sessions_of_account(unit.session, account.id, unit.now)
    return known[-1].id


async def _end_session_of_member(browser: Browser, cast: Cast) -> object:
    await cast.browser(Tie.MEMBER)
    return await browser.post(f"/account/sessions/{await _of_member(cast)}/end", data={})


def _about_a_colleague(deed: str, **values: object) -> Ask:
    """Ask for a deed to a colleague who has just been entered, with an account like this."""

    async def ask(browser: Browser, cast: Cast) -> object:
        units = cast.house.units
        colleague = await make_staff(units, cast.visit.clinic, Role.THERAPIST)
        async with units(SYSTEM) as unit:
            account = await account_by_email(unit.session, colleague.email)
            for name, value in values.items():
                setattr(account, name, value)
        return await browser.post(f"/admin/staff/{colleague.id}/{deed}", data={})

    return ask


async def _new_factor(browser: Browser, cast: Cast) -> object:
    """Confirm an app; whose account it is for, the page would know."""
    person = await _person_of(browser, cast)
    secret, token = offer(cast.house.foundation.signer, person)
    code = pyotp.TOTP(secret).at(cast.house.clock.now())
    return await browser.post("/account/factor", data={"code": code, "offer": token})


async def _new_codes(browser: Browser, cast: Cast) -> object:
    account = await _person_of(browser, cast)
    async with cast.house.units(SYSTEM) as unit:
        row = await account_by_id(unit.session, account) if account else None
        if row is not None:
            row.totp_secret, row.totp_confirmed_at = "A" * 32, unit.now
    return await browser.post("/account/codes", data={})


async def _person_of(browser: Browser, cast: Cast) -> str:
    """The account that is signed in, if there is one."""
    token = browser.cookie("rounds")
    async with cast.house.units.reading(SYSTEM) as unit:
        found = await session_by_token(unit.session, fingerprint(token))
    return str(found[0].account_id) if found else ""


# What one does to oneself changes nothing for the others: one visit serves for all of them. They
# run in this order; the last ones change what the first ones prove themselves with.
OWN = [
    cell("POST /account/lock", "/account/lock", STAFF, json={"now": False}),
    cell("POST /account/unlock", "/account/unlock", STAFF, json=PROOF),
    cell("POST /account/active", "/account/active", STAFF, json={}),
    cell("GET /account/fresh.json", "/account/fresh.json", STAFF),
    cell("GET /prove", "/prove", STAFF, page=True),
    cell("POST /prove", "/prove", STAFF, data=PROOF),
    cell("POST /account/prove", "/account/prove", STAFF, json=PROOF),
    cell("GET /account", "/account", STAFF, page=True),
    cell("GET /account/factor", "/account/factor", STAFF, page=True),
    cell("POST /account/sessions/end-others", "/account/sessions/end-others", STAFF, data={}),
    cell("POST /account/password", "/account/password", STAFF, data=NEW_PASSWORD),
    Cell("POST /account/factor", _new_factor, frozenset(STAFF)),
    Cell("POST /account/codes", _new_codes, frozenset(STAFF)),
]

CELLS = [
    *(replace(one, changes=False) for one in OWN),
    cell("POST /sign-out", "/sign-out", STAFF),
    Cell("POST /account/sessions/{session}/end", _end_session_of_member, frozenset({Tie.MEMBER})),
    cell("GET /admin/staff", "/admin/staff", ADMIN, page=True),
    cell("POST /admin/staff", "/admin/staff", ADMIN, data=INVITED),
    cell("GET /admin/staff/{person}", MEMBER, ADMIN, page=True),
    cell("POST /admin/staff/{person}/link", f"{MEMBER}/link", ADMIN, data={}),
    cell("POST /admin/staff/{person}/role", f"{MEMBER}/role", ADMIN, data=NEW_ROLE),
    Cell(
        "POST /admin/staff/{person}/factor",
        _about_a_colleague("factor", totp_secret="A" * 32, totp_confirmed_at=START),
        frozenset(ADMIN),
    ),
    Cell(
        "POST /admin/staff/{person}/deactivate", _about_a_colleague("deactivate"), frozenset(ADMIN)
    ),
    Cell(
        "POST /admin/staff/{person}/reactivate",
        _about_a_colleague("reactivate", active=False),
        frozenset(ADMIN),
    ),
]
