"""All steps in the order in which a browser takes them."""

from collections.abc import AsyncIterator

from rounds.kernel.words import N_
from rounds.reach.media import try_media
from rounds.reach.plan import Plan
from rounds.reach.relay import try_relay
from rounds.reach.step import State, Step, skipped
from rounds.reach.web import after, try_name, try_page, try_tls, try_websocket

NO_RELAY = N_("There is no relay (ROUNDS_TURN_URLS): networks that let no UDP out have no way in.")


def names(plan: Plan) -> list[str]:
    """Return the names of all steps in their order; a step may tell of several addresses."""
    relays = [f"relay {address.transport}" for address in plan.relays]
    return [
        "name",
        "tls" if plan.origin.startswith("https:") else "tcp",
        "page",
        "websocket",
        "media",
        *(["media tcp"] if plan.tcp_ports else []),
        *(relays or ["relay"]),
    ]


async def check(plan: Plan) -> AsyncIterator[Step]:
    """Yield each step when it is done; a failed one does not keep others from being tried."""
    name = await try_name(plan.origin)
    yield name
    secure = await try_tls(plan.origin) if name.state == State.WELL else after(names(plan)[1], name)
    yield secure
    for one, attempt in (("page", try_page), ("websocket", try_websocket)):
        reached = secure.state in (State.WELL, State.WEAK)
        yield await attempt(plan.origin) if reached else after(one, secure)
    for step in await try_media(plan):
        yield step
    if not plan.relays:
        yield skipped("relay", NO_RELAY)
    for address in plan.relays:
        yield await try_relay(plan, address)
