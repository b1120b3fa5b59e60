"""The one authorisation function: may this actor do this to that, and if not, how is it said?

Deny by default. Every rule asks it, every door declares the action it will ask for; a door whose
rule did not ask answers nothing (see `rounds.web.doors`).
"""

from dataclasses import dataclass
from enum import StrEnum

from rounds.audit import trail
from rounds.kernel.actor import Actor, Role
from rounds.kernel.errors import Forbidden, NotFound
from rounds.kernel.unit import Unit


class Action(StrEnum):
    """Everything somebody can ask for; a door names one of these or it cannot be opened."""

    PUBLIC = "public"
    SIGN_OUT = "account.sign_out"
    TODAY = "today.read"
    LISTEN = "today.listen"
    VISIT_READ = "visit.read"
    NOTE_WRITE = "visit.note"
    LINK_MANAGE = "visit.link"
    GUEST_PAGE = "visit.guest_page"
    ROOM_ENTER = "room.enter"
    ROOM_KNOCK = "room.knock"
    ROOM_LEAVE = "room.leave"
    ROOM_ADMIT = "room.admit"
    ROOM_SPEAK = "room.speak"
    ROOM_MEDIA = "room.media"
    ROOM_END = "room.end"


STAFF_ONLY = frozenset({Action.TODAY, Action.LISTEN})
SEATED_STAFF = frozenset({Action.VISIT_READ, Action.NOTE_WRITE, Action.LINK_MANAGE})
HOSTS = frozenset({Action.ROOM_ADMIT, Action.ROOM_END})
# Nobody is let into a room by somebody who is not in it.
INSIDE = frozenset({Action.ROOM_ADMIT})
SEATED = frozenset({Action.ROOM_ENTER, Action.ROOM_KNOCK, Action.ROOM_LEAVE})
ADMITTED = frozenset({Action.ROOM_SPEAK, Action.ROOM_MEDIA})


@dataclass(frozen=True, slots=True)
class Relation:
    """What ties the actor to a room: a seat, the right to admit, having been let in."""

    seated: bool = False
    may_admit: bool = False
    admitted: bool = False


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
    """Yes or no; `visible` says whether a refused actor may know that the thing exists."""

    allowed: bool
    visible: bool = False


YES, HIDDEN, REFUSED = Decision(True, True), Decision(False), Decision(False, True)


def can(actor: Actor, action: Action, thing: Thing) -> Decision:
    """Decide. Pure: everything it needs is in its arguments."""
    if action is Action.PUBLIC:
        return YES
    if action is Action.SIGN_OUT:
        return YES if actor.session else HIDDEN
    if actor.session is None or actor.clinic is None:
        return HIDDEN
    if thing.clinic is not None and thing.clinic != actor.clinic:
        return HIDDEN
    if action in STAFF_ONLY:
        return YES if actor.is_staff else HIDDEN
    if action is Action.GUEST_PAGE:
        return YES if actor.is_guest and actor.invitation == thing.id else HIDDEN
    return _in_room(actor, action, thing)


def _in_room(actor: Actor, action: Action, thing: Thing) -> Decision:
    if actor.is_guest and actor.room != thing.room:
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
    if action in ADMITTED:
        return YES if tie.admitted else REFUSED
    return HIDDEN


def require(unit: Unit, action: Action, thing: Thing) -> None:
    """Let the deed go on, or raise NotFound or Forbidden and leave a line in the trail."""
    unit.asked.add(action)
    decision = can(unit.actor, action, thing)
    if decision.allowed:
        return
    trail.record_denial(unit, action, thing.kind, thing.id, thing.patient)
    if decision.visible:
        raise Forbidden("This is not open to you.")
    raise NotFound("There is nothing here for you.")
