"""The pages where administrators invite colleagues and look after their accounts."""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from rounds.accounts import staffing
from rounds.accounts.account_links import PATH, send
from rounds.accounts.model import Account, AccountLink
from rounds.accounts.queries.staff import StaffLine, staff_with_accounts
from rounds.consent.actions import Action
from rounds.kernel.actor import Role
from rounds.kernel.errors import Conflict, Invalid, NotFound
from rounds.kernel.ids import is_id
from rounds.kernel.unit import Unit
from rounds.people.frame import staff_frame
from rounds.people.model import Clinic, Person
from rounds.people.register import Name
from rounds.people.roles import role_label
from rounds.web.doors import Door
from rounds.web.errors import status_of
from rounds.web.keys import PAGES, SIGNER
from rounds.web.people import person_values
from rounds.web.request import Body, actor, form_body, language, page, path_for, reading, writing
from rounds.web.return_address import with_return

HERE = "/admin/staff"


class InviteForm(Body):
    """Who is invited, as what, and where the link goes."""

    prefix: str = Field("", max_length=40)
    given_name: str = Field("", max_length=200)
    family_name: str = Field("", max_length=200)
    role: str = Field("", max_length=20)
    email: str = Field("", max_length=254)


class RoleForm(Body):
    """The new role, and the one the page showed."""

    role: str = Field("", max_length=20)
    was: str = Field("", max_length=20)


async def staff_page(request: web.Request) -> web.Response:
    """Show everybody who works for the clinic; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound(with_return("/", HERE))
    return await _list(request, InviteForm())


async def invite(request: web.Request) -> web.Response:
    """Invite a colleague: the link goes out by e-mail and is shown this once."""
    form = await form_body(request, InviteForm)
    async with reading(request) as unit:
        staffing.require_manage(unit)
    name = Name(form.given_name, form.family_name, form.prefix or None)
    try:
        async with writing(request) as unit:
            account, row, token = await staffing.invite(unit, name, form.role, form.email)
            address = path_for(request, PATH + token)
            await send(unit, request.app[SIGNER], account, row, address)
    except (Invalid, Conflict) as refusal:
        return await _list(request, form, refusal)
    return await _link_page(request, account, row, address)


async def member_page(request: web.Request) -> web.Response:
    """Show one colleague; strangers are asked to sign in first."""
    if not actor(request).is_staff:
        raise web.HTTPFound(with_return("/", request.path))
    return await _member(request)


async def new_link(request: web.Request) -> web.Response:
    """Send a new link and show it this once."""
    try:
        async with writing(request) as unit:
            account, row, token = await staffing.new_link(unit, _person(request))
            address = path_for(request, PATH + token)
            await send(unit, request.app[SIGNER], account, row, address)
    except Conflict as refusal:
        return await _member(request, refusal)
    return await _link_page(request, account, row, address)


async def change_role(request: web.Request) -> web.StreamResponse:
    """Change a role."""
    form = await form_body(request, RoleForm)
    return await _do(
        request, lambda unit, one: staffing.change_role(unit, one, form.was, form.role), "role"
    )


async def reset_factor(request: web.Request) -> web.StreamResponse:
    """Forget a second factor."""
    return await _do(request, staffing.reset_factor, "factor")


async def deactivate(request: web.Request) -> web.StreamResponse:
    """Let a colleague go."""
    return await _do(request, staffing.deactivate, "gone")


async def reactivate(request: web.Request) -> web.StreamResponse:
    """Let a colleague come back."""
    return await _do(request, staffing.reactivate, "back")


async def _do(
    request: web.Request, deed: Callable[[Unit, str], Awaitable[None]], done: str
) -> web.StreamResponse:
    person = _person(request)
    try:
        async with writing(request) as unit:
            await deed(unit, person)
    except (Invalid, Conflict) as refusal:
        return await _member(request, refusal)
    raise web.HTTPSeeOther(f"{HERE}/{person}?done={done}")


async def _list(
    request: web.Request, form: InviteForm, refusal: Invalid | Conflict | None = None
) -> web.Response:
    translate = request.app[PAGES].languages.translator(language(request))
    async with reading(request) as unit:
        clinic = staffing.require_read(unit)
        lines = await staff_with_accounts(unit.session, clinic)
        zone = ZoneInfo((await unit.session.get_one(Clinic, clinic)).time_zone)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    return page(
        request,
        "accounts/staff.html",
        status_of(refusal) if refusal else 200,
        **frame,
        staff=[_values(request, line, zone) for line in lines],
        roles=_roles(translate),
        form=form.model_dump(),
        error=translate(refusal.message) if refusal else None,
        errors={name: translate(text) for name, text in fields.items()},
    )


async def _member(request: web.Request, refusal: Invalid | Conflict | None = None) -> web.Response:
    translate = request.app[PAGES].languages.translator(language(request))
    async with writing(request) as unit:
        line, patients, sessions = await staffing.read_member(unit, _person(request))
        zone = ZoneInfo((await unit.session.get_one(Clinic, line.person.clinic_id)).time_zone)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
        mine = line.person.id == unit.actor.person
    return page(
        request,
        "accounts/member.html",
        status_of(refusal) if refusal else 200,
        **frame,
        member=_values(request, line, zone),
        mine=mine,
        sessions=sessions,
        patients=[{"id": one.id, "name": one.name} for one in patients],
        roles=_roles(translate),
        done=request.query.get("done", "")[:20] if not refusal else "",
        error=translate(refusal.message) if refusal else None,
    )


async def _link_page(
    request: web.Request, account: Account, row: AccountLink, address: str
) -> web.Response:
    async with reading(request) as unit:
        person = await unit.session.get_one(Person, account.person_id)
        zone = ZoneInfo((await unit.session.get_one(Clinic, account.clinic_id)).time_zone)
        frame = await staff_frame(unit, request.app[PAGES], language(request))
    return page(
        request,
        "accounts/staff_link.html",
        **frame,
        member=person_values(request, person) | {"id": person.id},
        purpose=str(row.purpose),
        email=account.email,
        address=address,
        until=row.expires_at.astimezone(zone),
    )


def _values(request: web.Request, line: StaffLine, zone: ZoneInfo) -> dict[str, Any]:
    translate = request.app[PAGES].languages.translator(language(request))
    return person_values(request, line.person) | {
        "id": line.person.id,
        "role": str(line.member.role),
        "role_label": role_label(Role(line.member.role), translate),
        "email": line.account.email if line.account else "",
        "has_account": line.account is not None,
        "has_factor": bool(line.account and line.account.totp_confirmed_at),
        "state": str(staffing.state_of(line.account)),
        "seen": line.seen_at.astimezone(zone) if line.seen_at else None,
    }


def _roles(translate: Callable[[str], str]) -> list[dict[str, str]]:
    return [
        {"value": str(role), "label": role_label(role, translate)} for role in staffing.INVITABLE
    ]


def _person(request: web.Request) -> str:
    person = request.match_info["person"]
    if not is_id(person):
        raise NotFound("There is nothing here for you.")
    return person


DOORS = [
    Door("GET", "/admin/staff", Action.STAFF_READ, staff_page),
    Door("POST", "/admin/staff", Action.STAFF_MANAGE, invite),
    Door("GET", "/admin/staff/{person}", Action.STAFF_READ, member_page),
    Door("POST", "/admin/staff/{person}/link", Action.STAFF_MANAGE, new_link),
    Door("POST", "/admin/staff/{person}/role", Action.STAFF_MANAGE, change_role),
    Door("POST", "/admin/staff/{person}/factor", Action.STAFF_MANAGE, reset_factor),
    Door("POST", "/admin/staff/{person}/deactivate", Action.STAFF_MANAGE, deactivate),
    Door("POST", "/admin/staff/{person}/reactivate", Action.STAFF_MANAGE, reactivate),
]
