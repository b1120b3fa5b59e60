"""Conditions of rules: read into a small tree of our own choosing, compiled once to closures.

A condition knows names, numbers, words in quotes, yes and no, comparisons, `is None`, membership
in a fixed list, `and`, `or`, `not` and the four operations of arithmetic. Anything else that
Python could read, calls and attributes first of all, is refused, so nothing is ever run that was
not written here.

It has three answers: True, False, and None for *unknown*. What is compared or computed with
something unknown is unknown; `and` and `or` decide as soon as one side does. None in a state says
that nothing is recorded, and `is None` sees it. A name that a state leaves out was not assessed,
and even `is None` does not know it. A rule acts on True alone, so nothing unknown ever fires one.
"""

import ast
import re
import warnings
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from rounds.registry.closures import BrokenCondition, Test, truth_of

LONGEST = 500
MOST_NODES = 150
DEEPEST = 16
"""Levels of the tree; the deepest rule that ships has nine."""
SIGNS = re.compile(r"[A-Za-z0-9_ .,()'\"<>=!+*/-]*")
"""No backslash, bracket, brace or letter of another script, which could look like one of ours."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it was written, and what answers it.

    `names` are the variables it asks for, in the order of their first mention; `numbers` the
    numbers that stand in it. `test` takes a state and raises `closures.Unassessable`.
    """

    text: str
    names: tuple[str, ...]
    numbers: frozenset[float]
    test: Test = field(compare=False, repr=False)


def read_condition(text: str, known: Container[str]) -> Condition:
    """Return the condition that a text says over known variables. Raises BrokenCondition."""
    tree = _tree(text)
    names = tuple(dict.fromkeys(node.id for node in _walk(tree) if isinstance(node, ast.Name)))
    for name in names:
        if name not in known:
            raise BrokenCondition(f"{name} is no known variable")
    test = truth_of(tree)
    if not names:
        raise BrokenCondition("it asks for no variable")
    numbers = frozenset(float(value) for _, value in _numbers(tree))
    return Condition(text, names, numbers, test)


def replace_numbers(condition: Condition, new: Mapping[float, float]) -> str:
    """Return a condition's text with numbers changed wherever they stand in it."""
    text = condition.text
    for node, value in sorted(_numbers(_tree(text)), key=lambda one: -one[0].col_offset):
        if value in new:
            text = text[: node.col_offset] + repr(new[value]) + text[node.end_col_offset :]
    return text


def widens(condition: Condition, other: Condition) -> bool:
    """Tell whether `other` is `condition` or this: `condition or …`, so it fires wherever it did.

    What stood there stands first, so that nothing added can keep it from being asked.
    """
    before = [ast.dump(one) for one in _alternatives(condition.text)]
    after = [ast.dump(one) for one in _alternatives(other.text)]
    return after[: len(before)] == before


def _tree(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise BrokenCondition(f"it is longer than {LONGEST} characters")
    if not SIGNS.fullmatch(text):
        raise BrokenCondition("it has a sign that no condition needs")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as on "1or f", which is read all the same
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as fault:
        raise BrokenCondition(f"it does not parse: {fault.msg}") from None
    except (ValueError, RecursionError, MemoryError):
        raise BrokenCondition("it does not parse") from None
    for count, _ in enumerate(_walk(tree), 1):
        if count > MOST_NODES:
            raise BrokenCondition("it has too many parts")
    return tree


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Give every node from left to right. Raises BrokenCondition where they nest too deeply."""
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise BrokenCondition("it is nested too deeply")
        yield node
        waiting += [(one, depth + 1) for one in reversed([*ast.iter_child_nodes(node)])]


def _numbers(tree: ast.expr) -> list[tuple[ast.Constant, float]]:
    return [
        (node, node.value)
        for node in _walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ]


def _alternatives(text: str) -> list[ast.expr]:
    tree = _tree(text)
    return tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or) else [tree]
