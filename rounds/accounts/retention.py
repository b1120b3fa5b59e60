"""How long ways in are kept: links, codes, sessions and remembered devices."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, or_, select, update

from rounds.accounts.model import AccountLink, Device, Invitation, Session, SignInCode
from rounds.kernel.retention import Rule
from rounds.kernel.unit import Unit
from rounds.kernel.words import N_

LINKS, DEVICES = timedelta(days=30), timedelta(days=90)


def _codes(clinic: str, before: datetime) -> Select[str]:
    return select(SignInCode.id).where(
        SignInCode.clinic_id == clinic, SignInCode.expires_at < before
    )


def _account_links(clinic: str, before: datetime) -> Select[str]:
    return select(AccountLink.id).where(
        AccountLink.clinic_id == clinic, AccountLink.expires_at < before
    )


def _sessions(clinic: str, before: datetime) -> Select[str]:
    return select(Session.id).where(Session.clinic_id == clinic, _session_over(before))


def _devices(clinic: str, before: datetime) -> Select[str]:
    in_use = exists().where(Session.device_id == Device.id, ~_session_over(before + DEVICES))
    over = or_(Device.revoked_at < before, Device.expires_at < before)
    return select(Device.id).where(Device.clinic_id == clinic, over, ~in_use)


def _join_links(clinic: str, before: datetime) -> Select[str]:
    # A link is over with its visit: the appointment is past and, if it was ended, so is its end.
    in_use = exists().where(Session.invitation_id == Invitation.id, ~_session_over(before + LINKS))
    return select(Invitation.id).where(
        Invitation.clinic_id == clinic,
        Invitation.waiting_from < before,
        or_(Invitation.ended_at.is_(None), Invitation.ended_at < before),
        ~in_use,
    )


def _session_over(before: datetime) -> ColumnElement[bool]:
    # Whichever came first, its end or the limit of its life: it opened nothing after that.
    ended = Session.ended_at.is_not(None) & (Session.ended_at < before)
    return or_(ended, Session.expires_at < before)


async def _leave_devices(unit: Unit, ids: Sequence[str]) -> None:
    here = update(Session).where(Session.device_id.in_(ids))
    await unit.session.execute(here.values(device_id=None))


async def _leave_links(unit: Unit, ids: Sequence[str]) -> None:
    here = update(Session).where(Session.invitation_id.in_(ids))
    await unit.session.execute(here.values(invitation_id=None))


RULES = (
    Rule(
        "sign_in_codes",
        N_("Sign-in codes of patients and family"),
        N_("after they run out"),
        timedelta(days=7),
        SignInCode,
        _codes,
    ),
    Rule(
        "account_links",
        N_("Links for setting up a staff account"),
        N_("after they run out"),
        timedelta(days=30),
        AccountLink,
        _account_links,
    ),
    Rule(
        "join_links",
        N_("Links to visits"),
        N_("after the visit"),
        LINKS,
        Invitation,
        _join_links,
        _leave_links,
    ),
    Rule(
        "sessions",
        N_("Sessions: who was signed in where"),
        N_("after they end"),
        timedelta(days=90),
        Session,
        _sessions,
    ),
    Rule(
        "devices",
        N_("Remembered devices"),
        N_("after they are removed or run out"),
        DEVICES,
        Device,
        _devices,
        _leave_devices,
    ),
)
