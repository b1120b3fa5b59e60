"""Every action that the code records has words, and every action that can be refused."""

import ast
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest

from rounds.accounts.account_links import Purpose as LinkPurpose
from rounds.audit.groups import GROUPS, OTHER, every_prefix, group_labels, group_of
from rounds.audit.words import (
    ACTORS,
    DEEDS,
    OUTCOMES,
    REFUSALS,
    actor_words,
    deed_words,
    outcome_words,
)
from rounds.consent.actions import Action
from rounds.consent.model import Purpose
from rounds.kernel.actor import STAFF, Role
from rounds.notices.model import Meaning
from rounds.people.model import Matter
from rounds.tasks.model import Deed
from rounds.visits.model import VisitState
from tests.house.sources import dotted, full_name, imported_names, modules

MOVES = {
    "room.enter:admitted", "room.knock:admitted", "room.knock:waiting", "room.knock:sent_back",
    "room.admit:admitted", "room.admit:denied", "room.admit:sent_back", "room.leave:left",
    "room.leave:sent_back",
}  # fmt: skip
"""What `rooms.lobby` writes of the actions and standings it is given."""

VALUES = {
    "purpose": [str(one) for one in Purpose],
    "row.purpose": [str(one) for one in Purpose],
    "deed": [str(one) for one in Deed],
    "matter": [str(one) for one in Matter],
    "state": [str(one) for one in VisitState],
    "meaning": [str(one) for one in Meaning],
    "issue:purpose": [str(one) for one in LinkPurpose],
    "wanted": [str(one) for one in sorted(STAFF | {Role.INTERPRETER})],
    "word": ["asked", "began", "ended", "taken_back"],
}
"""What may stand in the braces of an action, by what is written there (and in which rule)."""


Rule = ast.FunctionDef | ast.AsyncFunctionDef


def calls(wanted: Callable[[Path, str], bool]) -> Iterator[tuple[Path, ast.Call, Rule]]:
    """Every call of what is `wanted`, by file and full name, with the function around it."""
    for path, tree in modules().items():
        names = imported_names(tree)
        for around in ast.walk(tree):
            if not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(around):
                if isinstance(node, ast.Call) and wanted(path, full_name(node.func, names)):
                    yield path, node, around


def recordings() -> Iterator[tuple[Path, ast.Call, Rule]]:
    """Every call that writes a line."""
    return calls(
        lambda path, called: (
            called.startswith("rounds.audit.trail.record")
            and path.as_posix() != "rounds/audit/trail.py"
        )
    )


def handed(path: Path, rule: Rule, parameter: str) -> list[str]:
    """The actions that the callers of a rule give it."""
    module = path.with_suffix("").as_posix().replace("/", ".")
    at = [one.arg for one in rule.args.args].index(parameter)

    def is_rule(where: Path, called: str) -> bool:
        return called == f"{module}.{rule.name}" or (where == path and called == rule.name)

    return [
        action
        for where, call, around in calls(is_rule)
        for action in spelled(
            call.args[at]
            if at < len(call.args)
            else next(one.value for one in call.keywords if one.arg == parameter),
            around,
            where,
        )
    ]


def beside(path: Path, name: str) -> list[ast.stmt]:
    """The statements of the module in which a name of this module is made."""
    module, _, _ = imported_names(modules()[path]).get(name, "").rpartition(".")
    return modules()[Path(module.replace(".", "/") + ".py") if module else path].body


def values(written: str, around: Rule) -> list[str]:
    """What may stand where this is written, in the rule `around`."""
    return VALUES.get(f"{around.name}:{written}") or VALUES[written]


def spelled(node: ast.expr, around: Rule, path: Path) -> list[str]:
    """The actions that an expression can give; an AssertionError when they cannot be told."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return [*spelled(node.body, around, path), *spelled(node.orelse, around, path)]
    name = dotted(node)
    if name.startswith("Action."):
        return [Action[name.partition(".")[2]].value]
    if isinstance(node, ast.Name):
        given = [
            action
            for one in (*ast.walk(around), *beside(path, name))
            if isinstance(one, ast.Assign) and dotted(one.targets[0]) == name
            for action in spelled(one.value, around, path)
        ]
        if name in [one.arg for one in around.args.args]:
            given += handed(path, around, name)
        assert given, f"{path}: {name} cannot be told"
        return given
    assert isinstance(node, ast.JoinedStr), ast.dump(node)
    source = ast.unparse(node)
    if source == "f'{action}:{seat.standing}'":
        return sorted(MOVES)
    parts = [
        values(ast.unparse(one.value), around)
        if isinstance(one, ast.FormattedValue)
        else [str(one.value)]
        for one in node.values
        if isinstance(one, ast.FormattedValue | ast.Constant)
    ]
    return ["".join(words) for words in product(*parts)]


def test_every_recorded_action_has_words() -> None:
    missing, seen = [], set()
    for path, call, around in recordings():
        denial = dotted(call.func).endswith("record_denial")
        denied = denial or "DENIED" in ast.unparse(call)
        if denial and path.as_posix() == "rounds/consent/access.py":
            continue  # any Action: the next test
        for action in spelled(call.args[1], around, path):
            seen.add(action)
            if action not in (REFUSALS if denied else DEEDS):
                missing.append(f"{path}:{call.lineno} {action}{' (refused)' if denied else ''}")
    assert not missing, "give these words in rounds/audit/words.py:\n" + "\n".join(missing)
    assert len(seen) > 40


def test_every_action_that_can_be_refused_has_words() -> None:
    never = {Action.PUBLIC}
    assert {one.value for one in set(Action) - never} - set(REFUSALS) == set()


def test_every_action_has_a_group() -> None:
    assert {action for action in (*DEEDS, *REFUSALS) if group_of(action) == OTHER} == set()
    prefixes = every_prefix()
    assert len(set(prefixes)) == len(prefixes)
    assert group_of("unheard.of") == OTHER
    assert [key for key, _ in group_labels(str)] == [*GROUPS, OTHER]


@pytest.mark.parametrize("words", [DEEDS, REFUSALS, ACTORS, OUTCOMES], ids=len)
def test_sentences_go_on_after_a_name_and_say_no_code(words: dict[str, str]) -> None:
    for key, sentence in words.items():
        assert not re.search(r"[_.{}%]", sentence), (key, sentence)
    if words in (DEEDS, REFUSALS):
        assert [one for one in words.values() if not one[0].islower()] == []
        assert len(set(words.values())) == len(words)


def test_words_are_translated_and_unknown_ones_stand_as_they_are() -> None:
    def translate(text: str) -> str:
        return f"«{text}»"

    assert deed_words("visit.read", "read", translate) == "«read the visit»"
    assert deed_words("visit.read", "denied", translate) == "«was refused the visit»"
    assert deed_words("of.tomorrow", "done", translate) == "of.tomorrow"
    assert actor_words("system", translate) == "«rounds itself»"
    assert actor_words("of.tomorrow", translate) == "of.tomorrow"
    assert outcome_words("denied", translate) == "«Refused»"
    assert outcome_words("of.tomorrow", translate) == "of.tomorrow"
