"""What one sees of one's own account, and the sessions one may end."""

from collections.abc import Sequence
from dataclasses import dataclass

from rounds.accounts import recovery
from rounds.accounts.credentials import own_account
from rounds.accounts.model import Account, Session
from rounds.accounts.queries.sessions import open_sessions_of_account
from rounds.accounts.session import end_session, end_sessions_of
from rounds.audit.trail import record_denial
from rounds.consent.access import Thing, require
from rounds.consent.actions import Action
from rounds.kernel.errors import NotFound
from rounds.kernel.unit import Unit
from rounds.people.model import Clinic


@dataclass(frozen=True, slots=True)
class Own:
    """An account as its owner sees it; `session` is the one that asks."""

    account: Account
    clinic: Clinic
    sessions: Sequence[Session]
    session: str
    codes_left: int


async def read_own(unit: Unit) -> Own:
    """Return the actor's own account, the newest session first."""
    account = await _required(unit)
    sessions = await open_sessions_of_account(unit.session, account.id, unit.now)
    return Own(
        account=account,
        clinic=await unit.session.get_one(Clinic, account.clinic_id),
        sessions=sorted(sessions, key=lambda one: one.id, reverse=True),
        session=str(unit.actor.session),
        codes_left=await recovery.left(unit, account.id),
    )


async def end_own_session(unit: Unit, session: str) -> None:
    """End one of the actor's own sessions; one that ended meanwhile is well, too.

    Raises NotFound for somebody else's.
    """
    account = await _required(unit)
    row = await unit.session.get(Session, session)
    if row is None or row.account_id != account.id:
        record_denial(unit, Action.ACCOUNT_OWN, "session", session, None)
        raise NotFound("There is nothing here for you.")
    if row.ended_at is None:
        await end_session(unit, row, "signed_out")


async def end_other_sessions(unit: Unit) -> int:
    """End all of the actor's sessions but the one that asks; return how many."""
    account = await _required(unit)
    return await end_sessions_of(unit, account.id, "signed_out", but=unit.actor.session)


async def _required(unit: Unit) -> Account:
    require(unit, Action.ACCOUNT_OWN, Thing("person", unit.actor.person, unit.actor.clinic))
    return await own_account(unit)
