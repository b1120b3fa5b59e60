"""The formulas of instrument files: a small part of Python's expressions, read and never run.

Names are the instrument's own values (`total`, `raw`, `band`, derived ones), the lists `scored`
and `answered` of its scoring items, and what is known of the person (`sex`, `population`, flags).
Items are asked for by their number: `item(9)`, `items(1, 8)`, and `needs(1, 2)` for whether the
answer was one that is marked as a need. `any`, `all`, `sum`, `mean`, `count`, `size`, `min`,
`known` and `elapsed` are explained in `rounds.measures.evaluating`.
"""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf

LONGEST = 240
"""Characters of a formula."""

BY_NUMBER = {"item": 1, "items": 2, "needs": 2}
"""Functions that take numbers of items, and how many."""
OF_VALUES = {
    "any": (1, 12),
    "all": (1, 12),
    "sum": (1, 1),
    "mean": (1, 1),
    "count": (1, 12),
    "size": (1, 1),
    "min": (2, 2),
    "known": (1, 1),
    "elapsed": (2, 2),
}
"""Functions of values: the fewest and the most they take."""
LISTS = frozenset({"scored", "answered"})

_SIGNS = (
    ast.And, ast.Or, ast.Not, ast.USub, ast.Add, ast.Sub, ast.Mult, ast.Div,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Load,
)  # fmt: skip
_PARTS = (ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Compare, ast.Call, ast.Name, ast.Constant)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that can be read: its text, its tree, the names and item numbers in it."""

    text: str
    tree: ast.expr = field(repr=False, compare=False)
    names: frozenset[str]
    items: frozenset[int]


def read_formula(text: object) -> Formula:
    """Return the formula that `text` writes. Raises ValueError with the reason."""
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST:
        raise ValueError(f"a formula is a text of 1 to {LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(text, mode="eval").body
        parts = list(_checked(tree))
    except (SyntaxError, RecursionError, MemoryError, Warning):
        raise ValueError("this formula cannot be read") from None
    names = {part for part in parts if isinstance(part, str)}
    items = {part for part in parts if isinstance(part, int)}
    return Formula(text, tree, frozenset(names), frozenset(items))


def _checked(node: ast.AST) -> Iterator[str | int]:
    """Yield names and item numbers of a tree. Raises ValueError at what no formula has."""
    if isinstance(node, ast.Call):
        yield from _called(node)
        return
    if isinstance(node, ast.Constant):
        if type(node.value) not in (int, str):
            raise ValueError(f"a formula has whole numbers and words, not {node.value!r}")
        return
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        raise ValueError("one comparison at a time, joined by and")
    if isinstance(node, ast.Name):
        yield node.id
    elif not isinstance(node, (*_PARTS, *_SIGNS, ast.IfExp)):
        raise ValueError(f"a formula has no {type(node).__name__}")
    for part in ast.iter_child_nodes(node):
        yield from _checked(part)


def _called(node: ast.Call) -> Iterator[str | int]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in BY_NUMBER and name not in OF_VALUES:
        raise ValueError(f"there is no function {name or 'of this kind'}")
    fewest, most = OF_VALUES.get(name, (BY_NUMBER.get(name, 0),) * 2)
    if node.keywords or not fewest <= len(node.args) <= most:
        raise ValueError(f"{name} takes {fewest} to {most} values")
    if name in OF_VALUES:
        for part in node.args:
            yield from _checked(part)
        return
    numbers = [part.value for part in node.args if isinstance(part, ast.Constant)]
    whole = [one for one in numbers if type(one) is int and 0 <= one <= 99]
    if len(whole) < len(node.args) or whole[0] > whole[-1]:
        raise ValueError(f"{name} takes numbers of items, the lower one first")
    yield from range(whole[0], whole[-1] + 1)


def _read(told: Any) -> Formula:
    return told if isinstance(told, Formula) else read_formula(told)


FormulaField = Annotated[InstanceOf[Formula], BeforeValidator(_read)]
"""A formula inside a file."""
