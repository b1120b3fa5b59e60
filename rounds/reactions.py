"""The one table of reactions: which fact moves whom, before the commit or after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rounds.accounts.events import (
    InvitationChanged,
    SessionEnded,
    SessionLocked,
    SessionUnlocked,
)
from rounds.accounts.socket import MeNamespace
from rounds.careplan.events import PlanEditDecided, PlanRightsChanged
from rounds.careplan.socket import CarePlanNamespace
from rounds.careplan.version_watch import VersionWatch
from rounds.chart.reactions import ChartReactions
from rounds.consent import reactions as consent
from rounds.consent.events import AccessEnded, ConsentGiven, ConsentWithdrawn
from rounds.consent.reactions import AccessReactions
from rounds.home.bells import Bells
from rounds.home.reactions import MyReactions, TodayReactions
from rounds.kernel.bus import Bus
from rounds.kernel.unit import Unit
from rounds.notices.events import NoticeGivenUp, NoticeQueued, NoticesTended, ReplyReceived
from rounds.notices.sender import Sender
from rounds.notices.subscriptions import end_session_pushes
from rounds.people.events import (
    MemberJoined,
    MemberLeft,
    PatientAdded,
    PersonChanged,
    ResponsibilityPassed,
)
from rounds.rooms import phone
from rounds.rooms import reactions as rooms_reactions
from rounds.rooms.events import (
    AT_THE_DOOR,
    MOVES,
    CallAsked,
    CallBegan,
    GuestAdmitted,
    GuestAnswered,
    GuestKnocked,
    GuestSentBack,
    HandMoved,
    HostEntered,
    MessageSaid,
    NoteWritten,
    ParticipantLeft,
    QuietAsked,
    RoomClosed,
    SharingChanged,
)
from rounds.rooms.reactions import RoomReactions
from rounds.scheduling.events import ScheduleChanged
from rounds.scheduling.reactions import ScheduleReactions
from rounds.tasks import reactions as tasks
from rounds.tasks.events import TaskChanged, TaskGiven
from rounds.visits import missed, reminders
from rounds.visits import reactions as visits
from rounds.visits.events import (
    AgreementPublished,
    SummaryChanged,
    VisitChanged,
    VisitMissed,
)
from rounds.web.namespace import Namespace


@dataclass(frozen=True, slots=True)
class Ears:
    """Who listens at the doors: what lives as long as the server."""

    rooms: RoomReactions
    today: TodayReactions
    my: MyReactions
    chart: ChartReactions
    schedule: ScheduleReactions
    access: AccessReactions
    bells: Bells
    versions: VersionWatch
    me: MeNamespace
    plans: CarePlanNamespace
    sender: Sender
    namespaces: Sequence[Namespace]


def connect(bus: Bus, ears: Ears) -> None:
    """Fill the table."""
    rooms, today, my = ears.rooms, ears.today, ears.my
    chart, access = ears.chart, ears.access
    bus.before_commit(GuestKnocked, visits.arrived)
    bus.before_commit(GuestAdmitted, visits.started)
    bus.before_commit(GuestAdmitted, phone.back_to_video)
    bus.before_commit(CallBegan, visits.started)
    for arrival in (GuestKnocked, GuestAdmitted, CallBegan):
        bus.before_commit(arrival, missed.came_after_all)
    for end in (ParticipantLeft, GuestSentBack):
        bus.before_commit(end, rooms_reactions.out_of_call)
    for over in (phone.hang_up, visits.finished, rooms_reactions.room_closed):
        bus.before_commit(RoomClosed, over)
    bus.before_commit(VisitChanged, reminders.visit_changed)
    bus.before_commit(InvitationChanged, reminders.link_changed)
    bus.before_commit(GuestAnswered, reminders.keep_quiet)
    bus.before_commit(SessionEnded, end_pushes)
    bus.before_commit(AccessEnded, rooms_reactions.access_ended)
    bus.before_commit(ConsentWithdrawn, consent.stop_messages)
    bus.before_commit(ResponsibilityPassed, consent.keep_matters_reachable)
    # Told before the moves that follow from it: who is kept out is gone before rooms are told.
    bus.after_commit(AccessEnded, rooms.turn_away)
    bus.after_commit(AccessEnded, access.access_ended)
    bus.after_commit(MemberLeft, access.left)
    for move in MOVES:
        bus.after_commit(move, rooms.moved)
        bus.after_commit(move, today.changed)
    for word in (*AT_THE_DOOR, NoteWritten):
        bus.after_commit(word, rooms.told)
        bus.after_commit(word, today.changed)
    for turn in (VisitChanged, VisitMissed, SummaryChanged, InvitationChanged):
        bus.after_commit(turn, today.changed)
    for came_or_went in (HostEntered, ParticipantLeft, RoomClosed):
        bus.after_commit(came_or_went, today.colleague_moved)
    bus.after_commit(GuestKnocked, today.knocked)
    in_call(bus, rooms)
    in_plan(bus, ears.plans)
    in_tasks(bus, today, my)
    bus.after_commit(RoomClosed, ears.versions.room_closed)
    bus.after_commit(RoomClosed, rooms.closed)
    bus.after_commit(VisitChanged, chart.visit_changed)
    bus.after_commit(PersonChanged, chart.person_changed)
    for fact in (
        PatientAdded,
        MemberJoined,
        MemberLeft,
        ResponsibilityPassed,
        ConsentGiven,
        AccessEnded,
    ):
        bus.after_commit(fact, chart.changed)
    for told in (VisitChanged, AgreementPublished):
        bus.after_commit(told, my.visit_changed)
    for change in (MemberJoined, MemberLeft, ResponsibilityPassed, ConsentGiven, AccessEnded):
        bus.after_commit(change, my.record_changed)
    bus.after_commit(SessionEnded, rooms.session_ended)
    bus.after_commit(InvitationChanged, rooms.link_changed)

    bus.after_commit(SessionLocked, ears.me.lock_changed)
    bus.after_commit(SessionUnlocked, ears.me.lock_changed)

    async def end_sockets(fact: SessionEnded) -> None:
        for namespace in ears.namespaces:
            await namespace.close_session(fact.session, fact.reason)

    bus.after_commit(SessionEnded, end_sockets)
    bus.after_commit(ScheduleChanged, ears.schedule.changed)
    bus.after_commit(NoticeQueued, ears.sender.wake)
    bus.after_commit(GuestKnocked, ears.bells.knocked)
    bus.after_commit(CallAsked, ears.bells.knocked)
    for news in (NoticeGivenUp, NoticesTended, ReplyReceived):
        bus.after_commit(news, ears.bells.desk_changed)


def in_call(bus: Bus, rooms: RoomReactions) -> None:
    """Fill in what people do in a call."""
    bus.after_commit(MessageSaid, rooms.said)
    bus.after_commit(SharingChanged, rooms.shared)
    bus.after_commit(HandMoved, rooms.told)
    bus.after_commit(QuietAsked, rooms.quiet)


def in_plan(bus: Bus, plans: CarePlanNamespace) -> None:
    """Fill in what changes who may do what in a plan that is open."""
    bus.after_commit(PlanRightsChanged, plans.record_changed)
    for out in (GuestSentBack, ParticipantLeft, RoomClosed):
        bus.after_commit(out, plans.room_changed)
    for fact in (ConsentGiven, ConsentWithdrawn, AccessEnded, MemberJoined, MemberLeft):
        bus.after_commit(fact, plans.record_changed)
    bus.after_commit(PersonChanged, plans.person_changed)
    bus.after_commit(PlanEditDecided, plans.edit_decided)
    bus.after_commit(SessionLocked, plans.lock_changed)
    bus.after_commit(SessionUnlocked, plans.lock_changed)


def in_tasks(bus: Bus, today: TodayReactions, my: MyReactions) -> None:
    """Fill in what becomes of what somebody is to do."""
    bus.before_commit(AccessEnded, tasks.access_ended)
    bus.before_commit(MemberLeft, tasks.left)
    for news in (TaskGiven, TaskChanged):
        bus.after_commit(news, today.task_changed)
        bus.after_commit(news, my.task_changed)


async def end_pushes(unit: Unit, fact: SessionEnded) -> None:
    """End the notes of a session's browser in the transaction that ends the session."""
    await end_session_pushes(unit, fact.session)
