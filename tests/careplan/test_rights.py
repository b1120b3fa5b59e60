"""Who may do what in which section of a plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.careplan.kinds import SECTIONS, SHAPES
from rounds.careplan.rights import OWN_WORDS, Right, check_command, right_of
from rounds.consent.access import Relation
from rounds.consent.model import Scope, Section
from rounds.kernel.actor import CLINICIANS, Role
from rounds.kernel.ids import new_id
from rounds.sync.commands import Command, Op, Value
from rounds.sync.items import Items
from rounds.sync.refused import Refused

TIES = st.builds(
    Relation,
    own=st.booleans(),
    member=st.booleans(),
    scopes=st.frozensets(st.sampled_from(Scope)),
    excluded=st.booleans(),
    withheld=st.frozensets(st.sampled_from(Section)),
)
ROLES = st.sampled_from([*Role, None])
KINDS = st.sampled_from([*SECTIONS, "unheard", ""])
NARROWED = st.dictionaries(KINDS, st.sampled_from(Right))
TEAM, OWN = Relation(member=True), Relation(own=True)
JONAS = new_id()
PRIVATE = [kind for kind, section in SECTIONS.items() if section.private]


@given(KINDS, ROLES, TIES, NARROWED)
def test_narrowing_gives_nothing_to_anybody(
    kind: str, role: Role | None, tie: Relation, narrowed: dict[str, Right]
) -> None:
    right = right_of(kind, role, tie, narrowed)
    assert right <= right_of(kind, role, tie, {})
    assert right <= narrowed.get(kind, Right.EDIT)


@given(KINDS, ROLES, TIES)
def test_who_is_kept_out_or_a_stranger_has_nothing(
    kind: str, role: Role | None, tie: Relation
) -> None:
    kept_out = tie.excluded or Section.PLAN in tie.withheld
    a_stranger = not tie.own and not tie.member and not tie.scopes
    if kept_out or a_stranger or kind not in SECTIONS:
        assert right_of(kind, role, tie, {}) is Right.NONE


@given(ROLES, TIES)
def test_what_is_the_teams_reaches_no_patient_and_no_family(
    role: Role | None, tie: Relation
) -> None:
    for kind in PRIVATE:
        right = right_of(kind, role, tie, {})
        if role in (Role.PATIENT, Role.RELATIVE) or tie.own:
            assert right is Right.NONE


def test_each_member_of_the_team_has_their_part() -> None:
    for kind in SECTIONS:
        for role in CLINICIANS:
            assert right_of(kind, role, TEAM, {}) is Right.EDIT
        assert right_of(kind, Role.COORDINATOR, TEAM, {}) >= Right.COMMENT
        for other in (Role.INTERPRETER, Role.ADMIN, None):
            assert right_of(kind, other, TEAM, {}) is Right.NONE
        own = right_of(kind, Role.PATIENT, OWN, {})
        if kind in PRIVATE:
            assert own is Right.NONE
        else:
            assert own is (Right.EDIT if kind in OWN_WORDS else Right.COMMENT)


def test_family_comes_to_the_parts_that_were_opened() -> None:
    def of(*scopes: Scope) -> set[str]:
        tie = Relation(scopes=frozenset(scopes))
        return {
            kind for kind in SECTIONS if right_of(kind, Role.RELATIVE, tie, {}) is Right.COMMENT
        }

    assert of() == of(Scope.VISITS, Scope.DIARY, Scope.SCORES, Scope.EDUCATION) == set()
    assert "my_goals" in of(Scope.GOALS)
    assert "interventions" in of(Scope.TASKS)
    assert not of(Scope.GOALS) & of(Scope.TASKS)
    assert "problems" not in of(*Scope)


def written(command: Command, items: Items, writer: str) -> None:
    items.check(command)
    items.apply(command, len(items.all) + 1, writer)


@pytest.fixture
def items() -> Items:
    """What the GP does, owned by Jonas, with a comment of the patient's."""
    found = Items(SHAPES["interventions"])
    done: dict[str, Value] = {"owner": JONAS, "status": "planned"}
    written(Command("1", Op.ADD, "i1", "intervention", "m", done), found, "gp")
    said: dict[str, Value] = {"body": "Is that mine?", "status": "open"}
    written(Command("2", Op.ADD, "c1", "comment", "m", said), found, "mara")
    return found


def may(right: Right, command: Command, writer: str, items: Items) -> bool:
    try:
        check_command(right, command, writer, items)
    except Refused as refused:
        return refused.code != "forbidden"
    return True


def test_who_comments_changes_nothing_but_their_own(items: Items) -> None:
    new = Command("3", Op.ADD, "c2", "comment", "n", {"body": "Yes.", "answers": "c1"})
    assert may(Right.COMMENT, new, "ida", items)
    assert not may(Right.VIEW, new, "ida", items)
    change = Command("4", Op.SET, "c1", values={"body": "Is this mine?"})
    assert may(Right.COMMENT, change, "mara", items)
    for right in Right:
        assert not may(right, change, "ida", items)
    assert not may(Right.VIEW, change, "mara", items)
    resolve = Command("5", Op.SET, "c1", values={"status": "resolved"})
    assert may(Right.EDIT, resolve, "gp", items)
    assert not may(Right.COMMENT, resolve, "ida", items)
    assert not may(Right.COMMENT, Command("6", Op.ARCHIVE, "i1"), "ida", items)


def test_a_suggestion_is_taken_up_by_who_may_write_there_alone(items: Items) -> None:
    made: dict[str, Value] = {"body": "Shorter walks", "replacement": "Walk.", "status": "open"}
    written(Command("3", Op.ADD, "c3", "comment", "n", made), items, "mara")
    for status in ("accepted", "rejected"):
        decided = Command("4", Op.SET, "c3", values={"status": status})
        assert not may(Right.COMMENT, decided, "mara", items)
        assert may(Right.EDIT, decided, "gp", items)
        born = Command("5", Op.ADD, "c4", "comment", "o", {"body": "Done", "status": status})
        assert not may(Right.COMMENT, born, "mara", items)
    assert may(
        Right.COMMENT, Command("6", Op.SET, "c3", values={"status": "resolved"}), "mara", items
    )


def test_an_owner_says_how_a_task_of_theirs_stands(items: Items) -> None:
    done = Command("3", Op.SET, "i1", values={"status": "done"})
    assert may(Right.VIEW, done, JONAS, items)
    assert not may(Right.NONE, done, JONAS, items)
    assert not may(Right.COMMENT, done, "mara", items)
    for command in (
        Command("4", Op.SET, "i1", values={"status": "done", "owner": "mara"}),
        Command("5", Op.ARCHIVE, "i1"),
        Command("6", Op.RANK, "i1", rank="z"),
    ):
        assert not may(Right.COMMENT, command, JONAS, items)
