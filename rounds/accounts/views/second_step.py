"""The second half of signing in: the code, or setting a second factor up."""

from aiohttp import web
from pydantic import Field

from rounds.accounts.credentials import check_first_code, confirm_factor, offer, read_offer
from rounds.accounts.factor import address_for, in_groups, picture_of
from rounds.accounts.middleware import PASSWORDS, THROTTLE
from rounds.accounts.proof import Prover
from rounds.accounts.recovery import hashes_of, new_codes
from rounds.accounts.signin import Half, Step
from rounds.accounts.views.entering import half_in, let_in
from rounds.consent.actions import Action
from rounds.kernel.actor import STRANGER
from rounds.kernel.errors import Invalid, Unavailable
from rounds.people.card import clinic_card
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import CLIENT_ADDRESS, PAGES, SIGNER, UNITS
from rounds.web.request import Body, form_body, language, page

LONGEST_CODE = 40


class CodeForm(Body):
    """A code of an app, or a recovery code."""

    code: str = Field("", max_length=LONGEST_CODE)


class FactorForm(CodeForm):
    """The first code of an app, and the offer whose secret it read."""

    offer: str = Field(max_length=1024)


def prover(request: web.Request) -> Prover:
    """Return who looks at codes and passwords here."""
    app = request.app
    return Prover(app[UNITS], app[PASSWORDS], app[THROTTLE])


async def code_page(request: web.Request) -> web.Response:
    """Ask for the code."""
    return _code_page(request, await half_in(request, Step.CODE))


async def post_code(request: web.Request) -> web.StreamResponse:
    """Let those in whose code is right."""
    half = await half_in(request, Step.CODE)
    form = await form_body(request, CodeForm)
    address = request[CLIENT_ADDRESS]
    try:
        await prover(request).check_code(STRANGER, half.account.id, form.code, address)
    except (Invalid, Unavailable) as refusal:
        return _code_page(request, half, refusal)
    found = web.HTTPSeeOther(half.next)
    await let_in(request, found, half.account)
    raise found


async def factor_page(request: web.Request) -> web.Response:
    """Show the secret for the app."""
    half = await half_in(request, Step.FACTOR)
    return _factor_page(request, half, *offer(request.app[SIGNER], half.account.id))


async def post_factor(request: web.Request) -> web.StreamResponse:
    """Confirm the app by its first code; show the recovery codes this once."""
    half = await half_in(request, Step.FACTOR)
    form = await form_body(request, FactorForm)
    app, account = request.app, half.account.id
    secret = read_offer(app[SIGNER], account, form.offer)
    try:
        await app[THROTTLE].take_proof(account, request[CLIENT_ADDRESS])
        async with app[UNITS].reading(STRANGER) as unit:
            step = check_first_code(unit, secret, form.code)
    except (Invalid, Unavailable) as refusal:
        return _factor_page(request, half, secret, form.offer, refusal)
    await app[THROTTLE].forgive_proof(account)
    codes = new_codes()
    hashes = await hashes_of(app[PASSWORDS], codes)
    async with app[UNITS](STRANGER) as unit:
        row = await confirm_factor(unit, account, secret, step, hashes, first=True)
    response = page(
        request,
        "accounts/codes.html",
        clinic=clinic_card(half.clinic),
        codes=codes,
        next=half.next,
    )
    await let_in(request, response, row)
    return response


def told(request: web.Request, refusal: Invalid | Unavailable | None) -> str | None:
    """Return a refusal's sentence in the language of the page."""
    translate = request.app[PAGES].languages.translator(language(request))
    return translate(refusal.message) if refusal else None


def _code_page(
    request: web.Request, half: Half, refusal: Invalid | Unavailable | None = None
) -> web.Response:
    return page(
        request,
        "accounts/code.html",
        status_of(refusal) if refusal else 200,
        clinic=clinic_card(half.clinic),
        error=told(request, refusal),
    )


def _factor_page(
    request: web.Request,
    half: Half,
    secret: str,
    token: str,
    refusal: Invalid | Unavailable | None = None,
) -> web.Response:
    return page(
        request,
        "accounts/factor.html",
        status_of(refusal) if refusal else 200,
        clinic=clinic_card(half.clinic),
        **factor_values(secret, half.account.email, token),
        error=told(request, refusal),
    )


def factor_values(secret: str, email: str, token: str) -> dict[str, str]:
    """Return what the page of a new second factor shows: picture, secret, its offer."""
    address = address_for(secret, email)
    return {
        "picture": picture_of(address),
        "address": address,
        "secret": in_groups(secret),
        "offer": token,
    }


DOORS = [
    Door("GET", "/sign-in/code", Action.PUBLIC, code_page),
    Door("POST", "/sign-in/code", Action.PUBLIC, post_code),
    Door("GET", "/sign-in/factor", Action.PUBLIC, factor_page),
    Door("POST", "/sign-in/factor", Action.PUBLIC, post_factor),
]
