"""What is asked about, and what ties the actor to it: all that a decision stands on."""

from dataclasses import dataclass

from rounds.consent.model import Scope, Section


@dataclass(frozen=True, slots=True)
class Relation:
    """What ties the actor to a room and to the patient it is about.

    To the room: a seat, the right to admit, having been let in, having been let share a screen,
    sitting there as one of the care team.
    To the patient: being it, belonging to the care team, the parts that a family member was given.
    To a task: having it, having given it.
    `excluded` says that the patient keeps the actor out, `withheld` which parts of the record they
    keep from them.
    """

    seated: bool = False
    may_admit: bool = False
    admitted: bool = False
    may_share: bool = False
    of_team: bool = False
    own: bool = False
    member: bool = False
    scopes: frozenset[Scope] = frozenset()
    excluded: bool = False
    withheld: frozenset[Section] = frozenset()
    owns: bool = False
    gave: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """What is asked about: its kind and id, whose record it belongs to, the actor's tie to it."""

    kind: str
    id: str | None = None
    clinic: str | None = None
    patient: str | None = None
    room: str | None = None
    relation: Relation = Relation()
