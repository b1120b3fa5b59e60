"""Who may read, comment and write in which section of a plan (pure; deny by default).

The patient's own words are written by the patient; family comments where the patient opened a part
to them; team notes never leave the team (livedoc section 2.2, features P5, P19).
"""

from collections.abc import Mapping
from enum import IntEnum

from rounds.careplan.kinds import COMMENT, SECTIONS
from rounds.consent.access import Relation
from rounds.consent.model import Scope, Section
from rounds.kernel.actor import CLINICIANS, Role
from rounds.sync.commands import Command, Op
from rounds.sync.items import Items
from rounds.sync.refused import Refused


class Right(IntEnum):
    """What somebody may do in a section; each includes the ones below it."""

    NONE = 0
    VIEW = 1
    COMMENT = 2
    EDIT = 3


OWN_WORDS = frozenset({"my_goals", "preferences", "language"})
"""What the patient writes."""
OF_FAMILY: Mapping[Scope, frozenset[str]] = {
    Scope.GOALS: frozenset({"my_goals", "goals", "improvement", "explanation", "next_review"}),
    Scope.TASKS: frozenset({"interventions", "communication", "warning_signs"}),
}
"""Which sections a part that is opened to family holds."""
COORDINATED = frozenset({"roles", "communication", "next_review", "interventions", "language"})
"""What a coordinator, who is no clinician, writes; on the rest they comment."""
DECIDED = frozenset({"accepted", "rejected"})
FOR_OWNERS = frozenset({"status"})
"""Values of an intervention that its owner may set, whatever their right in the section."""


def right_of(kind: str, role: Role | None, tie: Relation, narrowed: Mapping[str, Right]) -> Right:
    """Return what somebody may do in a section of a kind.

    `narrowed` holds the lower rights that were set for this person in this plan, by kind; what is
    set there never gives more than the table does.
    """
    right = _by_table(kind, role, tie)
    return min(right, narrowed.get(kind, Right.EDIT))


def _by_table(kind: str, role: Role | None, tie: Relation) -> Right:
    section = SECTIONS.get(kind)
    if section is None or tie.excluded or Section.PLAN in tie.withheld:
        return Right.NONE
    if tie.own:
        if role is not Role.PATIENT or section.private:
            return Right.NONE
        return Right.EDIT if kind in OWN_WORDS else Right.COMMENT
    if role is Role.RELATIVE:
        opened = any(kind in OF_FAMILY.get(scope, frozenset()) for scope in tie.scopes)
        return Right.COMMENT if opened and not section.private else Right.NONE
    if not tie.member:
        return Right.NONE
    if role in CLINICIANS:
        return Right.EDIT
    if role is Role.COORDINATOR:
        return Right.EDIT if kind in COORDINATED or section.private else Right.COMMENT
    return Right.NONE


def check_command(right: Right, command: Command, writer: str, items: Items) -> None:
    """Raise Refused("forbidden") for a command beyond somebody's right.

    Who may comment adds comments and changes their own; the owner of an intervention says how it
    stands; who edits does everything but change the words of another's comment.
    """
    item = items.all.get(command.item)
    kind = command.kind if item is None else item.kind
    if kind == COMMENT:
        allowed = right >= Right.COMMENT and _may_comment(right, command, writer, item)
    elif right >= Right.EDIT:
        allowed = True
    else:
        owner = item is not None and item.values.get("owner") == writer
        allowed = (
            right >= Right.VIEW
            and owner
            and command.op is Op.SET
            and command.values.keys() <= FOR_OWNERS
        )
    if not allowed:
        raise Refused("forbidden")


def _may_comment(right: Right, command: Command, writer: str, item: object) -> bool:
    author = getattr(item, "by", writer)
    if command.op is Op.ADD or author == writer:
        # A suggestion is taken up by who may write there, not by who made it.
        return right >= Right.EDIT or command.values.get("status") not in DECIDED
    # Resolving, accepting and rejecting is open to who may edit, the words stay the author's.
    return right >= Right.EDIT and command.op is Op.SET and command.values.keys() <= {"status"}
