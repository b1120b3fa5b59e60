"""The one authorisation function: may this actor do this to that, and if not, how is it said?

Deny by default. Every rule asks it, every door declares the action it will ask for; a door whose
rule did not ask answers nothing (see `rounds.web.doors`).
"""

from dataclasses import dataclass
from enum import StrEnum

from rounds.audit import trail
from rounds.consent.model import Scope, Section
from rounds.kernel.actor import CLINICIANS, Actor, Role
from rounds.kernel.errors import Forbidden, NotFound
from rounds.kernel.unit import Unit


class Action(StrEnum):
    """Everything somebody can ask for; a door names one of these or it cannot be opened."""

    PUBLIC = "public"
    SIGN_OUT = "account.sign_out"
    UNLOCK = "account.unlock"
    ACCOUNT_OWN = "account.own"
    ACCOUNT_SECURE = "account.secure"
    STAFF_READ = "staff.read"
    STAFF_MANAGE = "staff.manage"
    CLINIC_READ = "clinic.read"
    CLINIC_SET = "clinic.set"
    NETWORK_CHECK = "network.check"
    TRAIL_READ = "trail.read"
    NOTICES_READ = "notices.read"
    HOURS_MANAGE = "hours.manage"
    HOURS_OWN = "hours.own"
    ON_CALL_READ = "on_call.read"
    PATIENT_LIST = "patient.list"
    PATIENT_ADD = "patient.add"
    PATIENT_REGISTER = "patient.register"
    CASELOAD_IMPORT = "caseload.import"
    TEAM_MANAGE = "team.manage"
    CHART_READ = "chart.read"
    CONSENT_RECORD = "consent.record"
    VISIT_BOOK = "visit.book"
    VISIT_ARRANGE = "visit.arrange"
    MY_PAGES = "my.pages"
    MY_CONSENT = "my.consent"
    MY_TRAIL = "my.trail"
    MY_VISIT = "my.visit"
    TODAY = "today.read"
    LISTEN = "today.listen"
    VISIT_READ = "visit.read"
    CONNECTION_READ = "visit.connection"
    NOTE_WRITE = "visit.note"
    LINK_MANAGE = "visit.link"
    GUEST_PAGE = "visit.guest_page"
    ROOM_ENTER = "room.enter"
    ROOM_KNOCK = "room.knock"
    ROOM_LEAVE = "room.leave"
    ROOM_ADMIT = "room.admit"
    ROOM_SPEAK = "room.speak"
    ROOM_MEDIA = "room.media"
    ROOM_REPORT = "room.report"
    ROOM_SHARE = "room.share"
    ROOM_ASK = "room.ask"
    ROOM_LET = "room.let"
    ROOM_END = "room.end"


SIGNED_IN = frozenset({Action.SIGN_OUT, Action.UNLOCK})
# The bells go on behind a locked screen, without names (safety ruling on idle screens).
WHILE_LOCKED = SIGNED_IN | {Action.LISTEN}
STAFF_ONLY = frozenset(
    {
        Action.TODAY,
        Action.LISTEN,
        Action.ACCOUNT_OWN,
        Action.ACCOUNT_SECURE,
        Action.HOURS_OWN,
        Action.ON_CALL_READ,
        Action.PATIENT_LIST,
    }
)
ADMIN_ONLY = frozenset(
    {
        Action.STAFF_READ,
        Action.STAFF_MANAGE,
        Action.CLINIC_READ,
        Action.CLINIC_SET,
        Action.NETWORK_CHECK,
        Action.TRAIL_READ,
    }
)
OFFICE = frozenset({Role.ADMIN, Role.COORDINATOR})
OFFICE_ONLY = frozenset({Action.HOURS_MANAGE, Action.NOTICES_READ, Action.CASELOAD_IMPORT})
# What the owner of a session has to have proved within the last minutes (ASVS 7.5.1, 7.5.3).
STEP_UP = frozenset({Action.ACCOUNT_SECURE, Action.STAFF_MANAGE, Action.CLINIC_SET})
OWN_RECORD = frozenset({Action.MY_PAGES, Action.MY_CONSENT, Action.MY_TRAIL})
# About one patient, for the patient and for family whom the patient opened this part to.
FAMILY_READS: dict[Action, tuple[Scope, Section]] = {
    Action.MY_VISIT: (Scope.VISITS, Section.VISITS),
}
# About one patient, for staff: who may though they do not belong to the care team.
OF_PATIENT: dict[Action, frozenset[Role]] = {
    Action.PATIENT_REGISTER: OFFICE,
    Action.TEAM_MANAGE: OFFICE,
    Action.VISIT_BOOK: OFFICE,
    Action.CONSENT_RECORD: frozenset(),
    Action.CHART_READ: frozenset(),
}
SEATED_STAFF = frozenset(
    {Action.VISIT_READ, Action.CONNECTION_READ, Action.NOTE_WRITE, Action.LINK_MANAGE}
)
# About a visit that is booked: its hosts, the care team and the office move it and send links.
ARRANGING = frozenset({Action.VISIT_ARRANGE})
HOSTS = frozenset({Action.ROOM_ADMIT, Action.ROOM_END, Action.ROOM_LET})
# Nobody is let into a room, or let share a screen there, by somebody who is not in it.
INSIDE = frozenset({Action.ROOM_ADMIT, Action.ROOM_LET})
SEATED = frozenset({Action.ROOM_ENTER, Action.ROOM_KNOCK, Action.ROOM_LEAVE})
ADMITTED = frozenset(
    {Action.ROOM_SPEAK, Action.ROOM_MEDIA, Action.ROOM_REPORT, Action.ROOM_ASK, Action.ROOM_SHARE}
)


@dataclass(frozen=True, slots=True)
class Relation:
    """What ties the actor to a room and to the patient it is about.

    To the room: a seat, the right to admit, having been let in, having been let share a screen.
    To the patient: being it, belonging to the care team, the parts that a family member was given.
    `excluded` says that the patient keeps the actor out, `withheld` which parts of the record they
    keep from them.
    """

    seated: bool = False
    may_admit: bool = False
    admitted: bool = False
    may_share: bool = False
    own: bool = False
    member: bool = False
    scopes: frozenset[Scope] = frozenset()
    excluded: bool = False
    withheld: frozenset[Section] = frozenset()


@dataclass(frozen=True, slots=True)
class Thing:
    """What is asked about: its kind and id, whose record it belongs to, the actor's tie to it."""

    kind: str
    id: str | None = None
    clinic: str | None = None
    patient: str | None = None
    room: str | None = None
    relation: Relation = Relation()


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no; `visible` says whether a refused actor may know that the thing exists.

    `proof` says that the actor may, but has to prove to be there first.
    """

    allowed: bool
    visible: bool = False
    proof: bool = False


YES, HIDDEN, REFUSED = Decision(True, True), Decision(False), Decision(False, True)
UNPROVED = Decision(False, True, proof=True)


def can(actor: Actor, action: Action, thing: Thing) -> Decision:
    """Decide. Pure: everything it needs is in its arguments."""
    if action is Action.PUBLIC:
        return YES
    if action in SIGNED_IN:
        return YES if actor.session else HIDDEN
    if actor.session is None or actor.clinic is None:
        return HIDDEN
    if actor.locked and action not in WHILE_LOCKED:
        return HIDDEN
    if thing.clinic is not None and thing.clinic != actor.clinic:
        return HIDDEN
    if action in STAFF_ONLY:
        return _if_proved(actor, action) if actor.is_staff else HIDDEN
    if action in ADMIN_ONLY | OFFICE_ONLY:
        return _for_office(actor, action)
    if action in OWN_RECORD:
        return _at_home(actor, action, thing)
    if action is Action.GUEST_PAGE:
        return YES if actor.is_guest and actor.invitation == thing.id else HIDDEN
    # What the patient keeps from somebody wins over role, team, seat and consent.
    if is_kept_out(actor, thing.relation):
        return HIDDEN
    if action in FAMILY_READS:
        return _from_home(actor, action, thing.relation)
    if action is Action.PATIENT_ADD:
        adds = actor.is_staff and actor.role in OFFICE | CLINICIANS
        return YES if adds else HIDDEN
    if action in OF_PATIENT:
        return _about_patient(actor, action, thing)
    if action in ARRANGING:
        return _about_visit(actor, thing)
    return _in_room(actor, action, thing)


def is_kept_out(actor: Actor, tie: Relation) -> bool:
    """Tell whether the patient keeps the actor out: of everything, or, being family, of visits."""
    return tie.excluded or (actor.role is Role.RELATIVE and Section.VISITS in tie.withheld)


def _for_office(actor: Actor, action: Action) -> Decision:
    roles = OFFICE if action in OFFICE_ONLY else frozenset({Role.ADMIN})
    if not actor.is_staff or actor.role not in roles:
        return HIDDEN
    return _if_proved(actor, action)


def _if_proved(actor: Actor, action: Action) -> Decision:
    return UNPROVED if action in STEP_UP and not actor.fresh else YES


def _at_home(actor: Actor, action: Action, thing: Thing) -> Decision:
    if not actor.is_at_home:
        return HIDDEN
    if action is Action.MY_PAGES:
        return YES if actor.person == thing.id else HIDDEN
    return YES if thing.relation.own else HIDDEN


def _from_home(actor: Actor, action: Action, tie: Relation) -> Decision:
    scope, section = FAMILY_READS[action]
    opened = scope in tie.scopes and section not in tie.withheld
    return YES if actor.is_at_home and (tie.own or opened) else HIDDEN


def _about_patient(actor: Actor, action: Action, thing: Thing) -> Decision:
    if not actor.is_staff or thing.patient is None or actor.role is Role.INTERPRETER:
        return HIDDEN
    by_office = actor.role in OF_PATIENT[action]
    return YES if thing.relation.member or by_office else HIDDEN


def _about_visit(actor: Actor, thing: Thing) -> Decision:
    if not actor.is_staff or thing.room is None or actor.role is Role.INTERPRETER:
        return HIDDEN
    tie = thing.relation
    hosts = tie.seated and tie.may_admit
    return YES if hosts or tie.member or actor.role in OFFICE else HIDDEN


def _in_room(actor: Actor, action: Action, thing: Thing) -> Decision:
    if actor.is_at_home or (actor.is_guest and actor.room != thing.room):
        return HIDDEN
    tie = thing.relation
    if action in SEATED_STAFF:
        sends_links = actor.role is Role.COORDINATOR and action is Action.LINK_MANAGE
        works_here = tie.seated or sends_links
        return YES if actor.is_staff and works_here else HIDDEN
    if not tie.seated:
        return HIDDEN
    if action in SEATED:
        return YES
    if action in HOSTS:
        here = tie.admitted or action not in INSIDE
        return YES if tie.may_admit and here else REFUSED
    if action is Action.ROOM_SHARE:
        return YES if tie.admitted and shares(actor.role, tie) else REFUSED
    if action in ADMITTED:
        return YES if tie.admitted else REFUSED
    return HIDDEN


def shares(role: Role | None, tie: Relation) -> bool:
    """Tell whether somebody who is inside may share a screen.

    Clinicians and hosts may, others once a host has let them (features J19): what stands on a
    screen is seen by everybody at once and cannot be taken back.
    """
    return role in CLINICIANS or tie.may_admit or tie.may_share


def require(unit: Unit, action: Action, thing: Thing) -> None:
    """Let the deed go on, or raise NotFound or Forbidden and leave a line in the trail.

    Forbidden with `proof` asks the page to let its owner prove to be there, and to try again.
    """
    unit.asked.add(action)
    decision = can(unit.actor, action, thing)
    if decision.allowed:
        return
    trail.record_denial(unit, action, thing.kind, thing.id, thing.patient)
    if decision.proof:
        raise Forbidden("Please prove first that it is you.", proof=True)
    if decision.visible:
        raise Forbidden("This is not open to you.")
    raise NotFound("There is nothing here for you.")
