"""How long messages are remembered, and browsers that took pushes."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from rounds.kernel.retention import Rule
from rounds.kernel.words import N_
from rounds.notices.model import Notice, NoticeState, Subscription


def _notices(clinic: str, before: datetime) -> Select[str]:
    return select(Notice.id).where(
        Notice.clinic_id == clinic,
        Notice.state != NoticeState.WAITING,
        func.coalesce(Notice.sent_at, Notice.created_at) < before,
    )


def _subscriptions(clinic: str, before: datetime) -> Select[str]:
    return select(Subscription.id).where(
        Subscription.clinic_id == clinic, Subscription.ended_at < before
    )


RULES = (
    Rule(
        "notices",
        N_("Messages: to whom, of which kind, when"),
        N_("after they are sent or given up"),
        timedelta(days=90),
        Notice,
        _notices,
    ),
    Rule(
        "subscriptions",
        N_("Browsers that took notifications"),
        N_("after they are turned off"),
        timedelta(days=30),
        Subscription,
        _subscriptions,
    ),
)
