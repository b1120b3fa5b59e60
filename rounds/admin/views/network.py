"""The page of the network check, its runs, and what an administrator's own browser tries."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiohttp import web

from rounds.admin.clinic import clinic_to_read
from rounds.admin.network import Loan, NetworkCheck, look_at_network, run_check, try_from_browser
from rounds.admin.views.entrance import only_staff
from rounds.consent.actions import Action
from rounds.kernel.errors import Unavailable
from rounds.people.frame import staff_frame
from rounds.reach.plan import Plan
from rounds.reach.step import TITLES, State, Step
from rounds.reach.web import place
from rounds.web.doors import Door
from rounds.web.errors import speaks_json, status_of
from rounds.web.keys import PAGES
from rounds.web.request import Body, json_body, language, page, reading, writing

PATH = "/admin/network"
NETWORK = web.AppKey("network", NetworkCheck)


class NothingMore(Body):
    """A payload without a field."""


async def network(request: web.Request) -> web.Response:
    """Show the steps, what each found, and which are still to come."""
    only_staff(request)
    return await _page(request)


async def post_check(request: web.Request) -> web.StreamResponse:
    """Begin a run; while one is under way, show how far it is."""
    try:
        async with writing(request) as unit:
            await run_check(unit, request.app[NETWORK])
    except Unavailable as refusal:
        if not refusal.throttled or speaks_json(request):
            raise
        return await _page(request, refusal)
    raise web.HTTPSeeOther(PATH)


async def post_browser(request: web.Request) -> web.Response:
    """Give an administrator's browser what it tries the way with."""
    await json_body(request, NothingMore)
    async with writing(request) as unit:
        loan, now = await try_from_browser(unit, request.app[NETWORK]), unit.now
    return web.json_response(_lent(loan, now))


def _lent(loan: Loan, now: datetime) -> dict[str, Any]:
    plan = loan.plan
    relays = [
        {"url": one.url, "transport": one.transport, "host": one.host, "port": one.port}
        for one in plan.relays
    ]
    return {
        "now": now.timestamp(),
        "addresses": plan.media,
        "ports": plan.ports,
        "tcp_ports": plan.tcp_ports,
        "ufrag": plan.probe_name,
        "password": plan.probe_password,
        "relays": relays if loan.relay else [],
        "username": loan.relay.username if loan.relay else "",
        "credential": loan.relay.password if loan.relay else "",
    }


async def _page(request: web.Request, refusal: Unavailable | None = None) -> web.Response:
    pages, words, check = request.app[PAGES], language(request), request.app[NETWORK]
    translate = pages.languages.translator(words)
    async with reading(request) as unit:
        last = await look_at_network(unit)
        zone = ZoneInfo((await clinic_to_read(unit)).time_zone)
        frame = await staff_frame(unit, pages, words)
    steps = [_told(step, translate) for step in check.steps]
    last = max(filter(None, (last, check.began_at)), default=None)
    return page(
        request,
        "admin/network.html",
        status_of(refusal) if refusal else 200,
        **frame,
        refused=translate(refusal.message) if refusal else "",
        running=check.running,
        steps=steps,
        to_come=[translate(TITLES[name]) for name in check.to_come],
        amiss=[one for one in steps if one["state"] in (State.FAILED, State.WEAK)],
        last=last.astimezone(zone) if last else None,
        letter=_letter(check.plan()),
    )


def _told(step: Step, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "title": translate(TITLES[step.name]),
        "state": step.state,
        "said": step.what.said(translate),
        "fix": step.remedy.said(translate) if step.remedy else "",
    }


def _letter(plan: Plan) -> dict[str, Any]:
    """Return what a network has to let out, for the person who looks after it."""
    host, port = place(plan.origin)
    return {
        "host": host,
        "secure": urlsplit(plan.origin).scheme == "https",
        "port": port,
        "addresses": ", ".join(plan.media),
        "ports": _listed(plan.ports),
        "tcp_ports": _listed(plan.tcp_ports),
        "relays": [
            {
                "host": one.host,
                "port": one.port,
                "by": "UDP" if one.transport == "udp" else "TCP",
                "tls": one.transport == "tls",
            }
            for one in plan.relays
        ],
    }


def _listed(ports: Sequence[int]) -> str:
    return ", ".join(map(str, ports))


DOORS = [
    Door("GET", "/admin/network", Action.NETWORK_CHECK, network),
    Door("POST", "/admin/network/check", Action.NETWORK_CHECK, post_check),
    Door("POST", "/admin/network/browser", Action.NETWORK_CHECK, post_browser),
]
