"""Which browsers take pushes: begun by their owner, ended with the session."""

from collections.abc import Sequence
from datetime import datetime

from rounds.audit import trail
from rounds.kernel.config import Settings
from rounds.kernel.errors import Invalid, NotFound
from rounds.kernel.ids import new_id
from rounds.kernel.signing import Signer
from rounds.kernel.unit import Unit
from rounds.notices.model import Subscription
from rounds.notices.push import are_keys, may_call
from rounds.notices.queries import subscription_by_index, subscriptions_in

INDEX = "push endpoint"


async def subscribe(
    unit: Unit,
    signer: Signer,
    settings: Settings,
    endpoint: str,
    keys: tuple[str, str],
    until: datetime,
) -> Subscription:
    """Let the asking browser take pushes until its session ends; one that does already stays.

    `keys` are `p256dh` and `auth` as the browser gives them. Raises Invalid for an address that
    is none of a push service we know, or for keys that are none.
    """
    if not may_call(settings, endpoint):
        raise Invalid("This browser’s push service is not known here.")
    key, secret = keys
    if not are_keys(key, secret):
        raise Invalid("This browser sent keys that are none.")
    if unit.actor.person is None or unit.actor.clinic is None:
        raise NotFound("There is nothing here for you.")
    index = signer.index(INDEX, endpoint)
    row = await subscription_by_index(unit.session, index)
    if row is None:
        row = Subscription(id=new_id(), endpoint=endpoint, endpoint_index=index)
        unit.session.add(row)
    # A browser belongs to whoever is signed in in it now.
    row.clinic_id, row.person_id = unit.actor.clinic, unit.actor.person
    row.session_id = unit.actor.session
    row.key, row.secret = key, secret
    row.created_at, row.ended_at = unit.now, until
    await unit.session.flush()
    await trail.record(unit, "push.begin", "person", row.person_id, clinic=row.clinic_id)
    return row


async def unsubscribe(unit: Unit, signer: Signer, endpoint: str) -> None:
    """Let a browser of the actor take no more pushes; for any other there is nothing to end."""
    row = await subscription_by_index(unit.session, signer.index(INDEX, endpoint))
    if row is None or row.person_id != unit.actor.person:
        return
    row.ended_at = unit.now
    await trail.record(unit, "push.end", "person", row.person_id, clinic=row.clinic_id)


async def end_session_pushes(unit: Unit, session: str) -> None:
    """End the pushes of a session that ends."""
    for row in await subscriptions_in(unit.session, session):
        row.ended_at = unit.now


async def end_subscriptions(unit: Unit, ids: Sequence[str]) -> None:
    """End what a push service told us is gone."""
    for id in ids:
        row = await unit.session.get(Subscription, id)
        if row is not None:
            row.ended_at = unit.now
