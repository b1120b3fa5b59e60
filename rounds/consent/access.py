"""The one authorisation function: may this actor do this to that, and if not, how is it said?

Deny by default. Every rule asks it, every door declares the action it will ask for; a door whose
rule did not ask answers nothing (see `rounds.web.doors`).
"""

from dataclasses import dataclass

from rounds.audit import trail
from rounds.consent.actions import Action
from rounds.consent.model import Scope, Section
from rounds.consent.ties import Relation as Relation
from rounds.consent.ties import Thing as Thing
from rounds.kernel.actor import CLINICIANS, STAFF, Actor, Role
from rounds.kernel.errors import Forbidden, NotFound
from rounds.kernel.unit import Unit

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
        Action.SELF_TESTS,
        Action.QUALITY_READ,
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
OFFICE_ONLY = frozenset(
    {
        Action.HOURS_MANAGE,
        Action.NOTICES_READ,
        Action.CASELOAD_IMPORT,
        Action.EXPERIENCE_READ,
    }
)
# What only the device behind this very link asks for.
OWN_LINK = frozenset({Action.GUEST_PAGE, Action.EXPERIENCE_GIVE})
# What the owner of a session has to have proved within the last minutes (ASVS 7.5.1, 7.5.3).
STEP_UP = frozenset({Action.ACCOUNT_SECURE, Action.STAFF_MANAGE, Action.CLINIC_SET})
OWN_RECORD = frozenset({Action.MY_PAGES, Action.MY_CONSENT, Action.MY_TRAIL})
# About one patient, for the patient and for family whom the patient opened this part to.
FAMILY_READS: dict[Action, tuple[Scope, Section]] = {
    Action.MY_VISIT: (Scope.VISITS, Section.VISITS),
    Action.MY_TASK: (Scope.TASKS, Section.PLAN),
    Action.MY_TASK_TEND: (Scope.TASKS, Section.PLAN),
}
# About one patient, for staff: who may though they do not belong to the care team.
OF_PATIENT: dict[Action, frozenset[Role]] = {
    Action.PATIENT_REGISTER: OFFICE,
    Action.TEAM_MANAGE: OFFICE,
    Action.VISIT_BOOK: OFFICE,
    Action.TASK_GIVE: OFFICE,
    Action.CONSENT_RECORD: frozenset(),
    Action.CHART_READ: frozenset(),
}
SEATED_STAFF = frozenset(
    {
        Action.VISIT_READ,
        Action.CONNECTION_READ,
        Action.EMERGENCY_READ,
        Action.NOTE_WRITE,
        Action.LINK_MANAGE,
    }
)
# What an interpreter at work does not get to see of a patient.
NOT_FOR_INTERPRETERS = frozenset({Action.EMERGENCY_READ, Action.NOTE_WRITE})
# About a visit that is booked: its hosts, the care team and the office move it, send links,
# write to those who wait and look after a patient who did not come.
ARRANGING = frozenset({Action.VISIT_ARRANGE, Action.VISIT_TELL, Action.MISSED_TEND})
# About a patient's care plan; what of it may be read and written is asked for each section.
PLANS = frozenset(
    {
        Action.PLAN_OPEN,
        Action.PLAN_ACKNOWLEDGE,
        Action.PLAN_SIGN,
        Action.PLAN_RIGHTS,
        Action.PLAN_TEMPLATE,
    }
)
# What plans of a clinic begin from; it holds nothing of a patient.
TEMPLATES = frozenset({Action.TEMPLATE_READ, Action.TEMPLATE_WRITE})
OF_PLAN = frozenset({Scope.GOALS, Scope.TASKS})
"""Parts of a plan that a patient opens to family."""
TASKS = frozenset({Action.TASK_READ, Action.TASK_TEND, Action.TASK_CHANGE})
SUMMARIES = frozenset({Action.SUMMARY_READ, Action.SUMMARY_WRITE})
HOSTS = frozenset({Action.ROOM_ADMIT, Action.ROOM_END, Action.ROOM_LET, Action.ROOM_LEAD})
# Nobody is let into a room, let share a screen or asked for quiet there by who is not in it.
INSIDE = HOSTS - {Action.ROOM_END}
SEATED = frozenset(
    {
        Action.ROOM_ENTER,
        Action.ROOM_KNOCK,
        Action.ROOM_LEAVE,
        Action.ROOM_WRITE,
        Action.ROOM_CALL,
    }
)
# What only somebody behind a link is asked on arriving, and tries out.
ARRIVING = frozenset({Action.CHECK_IN})
ADMITTED = frozenset(
    {
        Action.ROOM_SPEAK,
        Action.ROOM_HAND,
        Action.ROOM_MEDIA,
        Action.ROOM_REPORT,
        Action.ROOM_ASK,
        Action.ROOM_SHARE,
    }
)


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
    if action in OWN_LINK:
        return YES if actor.is_guest and actor.invitation == thing.id else HIDDEN
    if action in PLANS:
        return _of_plan(actor, action, thing)
    # What the patient keeps from somebody wins over role, team, seat and consent.
    if is_kept_out(actor, thing.relation):
        return HIDDEN
    if action in FAMILY_READS:
        return _from_home(actor, action, thing.relation)
    if action is Action.PATIENT_ADD or action in TEMPLATES:
        adds = actor.is_staff and actor.role in OFFICE | CLINICIANS
        return YES if adds else HIDDEN
    if action in OF_PATIENT:
        return _about_patient(actor, action, thing)
    if action in ARRANGING:
        return _about_visit(actor, thing)
    if action in TASKS:
        return _about_task(actor, action, thing.relation)
    if action in SUMMARIES:
        return _summed_up(actor, action, thing)
    if action is Action.AGREED_READ:
        return _agreed(actor, thing)
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
    if not actor.is_at_home or not (tie.own or opened):
        return HIDDEN
    # Whoever agreed to do something says by themselves that it is done.
    return REFUSED if action is Action.MY_TASK_TEND and not tie.owns else YES


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


def _about_task(actor: Actor, action: Action, tie: Relation) -> Decision:
    """Let team and giver read and change a task, its owner say what became of it.

    Who left the team has none any more; the office helps every team.
    """
    works_here = tie.member or actor.role in OFFICE
    if not actor.is_staff or actor.role is Role.INTERPRETER or not works_here:
        return HIDDEN
    of_team = tie.member and Section.PLAN not in tie.withheld
    if not (tie.owns or tie.gave or of_team):
        return HIDDEN
    if action is Action.TASK_TEND:
        return YES if tie.owns else REFUSED
    if action is Action.TASK_CHANGE:
        return YES if tie.gave or of_team else REFUSED
    return YES


def _summed_up(actor: Actor, action: Action, thing: Thing) -> Decision:
    """Let hosts of a visit write its summary, its staff and the care team read it."""
    tie = thing.relation
    if not actor.is_staff or actor.role is Role.INTERPRETER:
        return HIDDEN
    if action is Action.SUMMARY_WRITE:
        return YES if tie.seated and tie.may_admit else HIDDEN
    in_team = tie.member and Section.VISITS not in tie.withheld
    return YES if tie.seated or in_team else HIDDEN


def _agreed(actor: Actor, thing: Thing) -> Decision:
    """Let the patient read what was agreed, and family whom their visits are open to."""
    tie = thing.relation
    here = actor.is_at_home or (actor.is_guest and actor.room == thing.room)
    opened = actor.role is Role.RELATIVE and Scope.VISITS in tie.scopes
    return YES if here and (tie.own or opened) else HIDDEN


def _of_plan(actor: Actor, action: Action, thing: Thing) -> Decision:
    """Let the care team, the patient and family whom a part is open to come to the plan.

    A guest comes to the plan of the patient whom the visit behind the link is about, and to no
    other: such a session reaches one room.
    """
    tie = thing.relation
    if tie.excluded or Section.PLAN in tie.withheld:
        return HIDDEN
    if actor.is_staff:
        if not tie.member or actor.role not in CLINICIANS | {Role.COORDINATOR}:
            return HIDDEN
        return YES if action is not Action.PLAN_SIGN or actor.role in CLINICIANS else REFUSED
    by_link = actor.is_guest and thing.room is not None and actor.room == thing.room
    here = actor.is_at_home or by_link
    if action is Action.PLAN_ACKNOWLEDGE:
        return YES if here and tie.own else HIDDEN
    opened = actor.role is Role.RELATIVE and bool(tie.scopes & OF_PLAN)
    return YES if action is Action.PLAN_OPEN and here and (tie.own or opened) else HIDDEN


def _in_room(actor: Actor, action: Action, thing: Thing) -> Decision:
    if actor.is_at_home or (actor.is_guest and actor.room != thing.room):
        return HIDDEN
    tie = thing.relation
    if action in SEATED_STAFF:
        sends_links = actor.role is Role.COORDINATOR and action is Action.LINK_MANAGE
        works_here = tie.seated or sends_links
        if actor.role is Role.INTERPRETER and action in NOT_FOR_INTERPRETERS:
            return HIDDEN
        return YES if actor.is_staff and works_here else HIDDEN
    if not tie.seated:
        return HIDDEN
    if action in SEATED:
        return YES
    if action in ARRIVING:
        return YES if actor.is_guest else HIDDEN
    if action in HOSTS:
        here = tie.admitted or action not in INSIDE
        return YES if tie.may_admit and here else REFUSED
    if action is Action.ROOM_CONFER:
        # To everybody else it is not there: neither the lines nor that there could be any.
        if not (actor.is_staff and actor.role in STAFF and tie.of_team):
            return HIDDEN
        return YES if tie.admitted else REFUSED
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
