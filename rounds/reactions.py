"""The one table of reactions: which fact moves whom, before the commit or after it."""

from collections.abc import Sequence

from rounds.accounts.events import InvitationChanged, SessionEnded
from rounds.consent import reactions as consent
from rounds.consent.events import AccessEnded, ConsentWithdrawn
from rounds.consent.reactions import AccessReactions
from rounds.home.reactions import TodayReactions
from rounds.kernel.bus import Bus
from rounds.notices.events import NoticeQueued
from rounds.people.events import MemberLeft, ResponsibilityPassed
from rounds.rooms import reactions as rooms_reactions
from rounds.rooms.events import MOVES, GuestAdmitted, GuestKnocked, MessageSaid, RoomClosed
from rounds.rooms.reactions import RoomReactions
from rounds.visits import reactions as visits
from rounds.visits.events import VisitChanged
from rounds.web.namespace import Namespace


def connect(
    bus: Bus,
    rooms: RoomReactions,
    today: TodayReactions,
    access: AccessReactions,
    namespaces: Sequence[Namespace],
) -> None:
    """Fill the table."""
    bus.before_commit(GuestKnocked, visits.arrived)
    bus.before_commit(GuestAdmitted, visits.started)
    bus.before_commit(RoomClosed, visits.finished)
    bus.before_commit(AccessEnded, rooms_reactions.access_ended)
    bus.before_commit(ConsentWithdrawn, consent.stop_messages)
    bus.before_commit(ResponsibilityPassed, consent.keep_matters_reachable)
    bus.before_commit(NoticeQueued, consent.hold_messages_back)
    # Told before the moves that follow from it: who is kept out is gone before rooms are told.
    bus.after_commit(AccessEnded, rooms.turn_away)
    bus.after_commit(AccessEnded, access.access_ended)
    bus.after_commit(MemberLeft, access.left)
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

    async def end_sockets(fact: SessionEnded) -> None:
        for namespace in namespaces:
            await namespace.close_session(fact.session, fact.reason)

    bus.after_commit(SessionEnded, end_sockets)
