"""The one table of reactions: which fact moves whom, before the commit or after it."""

from collections.abc import Sequence

from rounds.accounts.events import (
    InvitationChanged,
    SessionEnded,
    SessionLocked,
    SessionUnlocked,
)
from rounds.accounts.socket import MeNamespace
from rounds.home.reactions import TodayReactions
from rounds.kernel.bus import Bus
from rounds.rooms.events import MOVES, GuestAdmitted, GuestKnocked, MessageSaid, RoomClosed
from rounds.rooms.reactions import RoomReactions
from rounds.visits import reactions as visits
from rounds.visits.events import VisitChanged
from rounds.web.namespace import Namespace


def connect(
    bus: Bus,
    rooms: RoomReactions,
    today: TodayReactions,
    me: MeNamespace,
    namespaces: Sequence[Namespace],
) -> None:
    """Fill the table."""
    bus.before_commit(GuestKnocked, visits.arrived)
    bus.before_commit(GuestAdmitted, visits.started)
    bus.before_commit(RoomClosed, visits.finished)
    for move in MOVES:
        bus.after_commit(move, rooms.moved)
        bus.after_commit(move, today.changed)
    bus.after_commit(GuestKnocked, today.knocked)
    bus.after_commit(MessageSaid, rooms.said)
    bus.after_commit(RoomClosed, rooms.closed)
    bus.after_commit(VisitChanged, today.changed)
    bus.after_commit(SessionEnded, rooms.session_ended)
    bus.after_commit(InvitationChanged, rooms.link_changed)
    bus.after_commit(InvitationChanged, today.changed)

    bus.after_commit(SessionLocked, me.lock_changed)
    bus.after_commit(SessionUnlocked, me.lock_changed)

    async def end_sockets(fact: SessionEnded) -> None:
        for namespace in namespaces:
            await namespace.close_session(fact.session, fact.reason)

    bus.after_commit(SessionEnded, end_sockets)
