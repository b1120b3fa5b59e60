"""What the parts of a condition become: functions that take a state."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

Value = bool | int | float | str | None
State = Mapping[str, Value]
"""What is known of one episode on one day, by variable."""
Test = Callable[[State], bool | None]
Get = Callable[[State], Any]

HIGHEST = 1_000_000
LONGEST_WORD = 40
MOST_WORDS = 20
NUMBERS = (int, float)

ORDERS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
SUMS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class BrokenCondition(Exception):
    """A text is no condition: why."""


class Unassessable(Exception):
    """A condition met a value that it can do nothing with: of which variable, and why."""

    def __init__(self, variable: str, reason: str) -> None:
        """Keep the variable's name ("" where only numbers are involved) and the reason."""
        super().__init__(f"{variable}: {reason}" if variable else reason)
        self.variable = variable
        self.reason = reason


def truth_of(node: ast.expr) -> Test:
    """Return what answers yes, no or unknown. Raises BrokenCondition."""
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return _decided(False, [truth_of(one) for one in values])
        case ast.BoolOp(op=ast.Or(), values=values):
            return _decided(True, [truth_of(one) for one in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _not(truth_of(operand))
        case ast.Compare(left=left, ops=ops, comparators=right):
            sides = list(pairwise([left, *right]))
            pairs = [_compared(a, op, b) for (a, b), op in zip(sides, ops, strict=True)]
            return pairs[0] if len(pairs) == 1 else _decided(False, pairs)
        case ast.Name(id=name):
            return _flag(name)
        case ast.Constant(value=bool(value)):
            return lambda _: value
    raise BrokenCondition(f"{_said(node)} is no question of yes or no")


def _decided(by: bool, tests: list[Test]) -> Test:
    """`and` is decided by the first False, `or` by the first True."""

    def answer(state: State) -> bool | None:
        found: bool | None = not by
        for test in tests:
            one = test(state)
            if one is by:
                return by
            if one is None:
                found = None
        return found

    return answer


def _not(test: Test) -> Test:
    def answer(state: State) -> bool | None:
        found = test(state)
        return None if found is None else not found

    return answer


def _flag(name: str) -> Test:
    def answer(state: State) -> bool | None:
        found = state.get(name)
        if found is None or found is True or found is False:
            return found
        raise Unassessable(name, "it is neither yes nor no")

    return answer


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Test:
    match op, left, right:
        case ast.Is() | ast.IsNot(), ast.Name(id=name), ast.Constant(value=None):
            return _nothing(name, isinstance(op, ast.Is))
        case ast.Is() | ast.IsNot(), _, _:
            raise BrokenCondition("`is` asks whether a variable is None, and nothing else")
        case ast.In() | ast.NotIn(), _, ast.Tuple(elts=parts):
            return _membership(left, parts, isinstance(op, ast.In))
        case ast.In() | ast.NotIn(), _, _:
            raise BrokenCondition("`in` needs a list in brackets, ('a', 'b')")
        case ast.Eq() | ast.NotEq(), _, _:
            return _sameness(left, right, isinstance(op, ast.Eq))
    return _order(left, ORDERS[type(op)], right)


def _nothing(name: str, wanted: bool) -> Test:
    def answer(state: State) -> bool | None:
        return (state[name] is None) is wanted if name in state else None

    return answer


def _membership(node: ast.expr, parts: list[ast.expr], wanted: bool) -> Test:
    if not 1 <= len(parts) <= MOST_WORDS:
        raise BrokenCondition(f"a list holds 1 to {MOST_WORDS} values")
    values = tuple(_constant(part) for part in parts)
    kinds = {_kind(value) for value in values}
    if len(kinds) > 1:
        raise BrokenCondition("a list holds words or numbers, not both")
    get, (kind,), names = value_of(node), kinds, _names(node)

    def answer(state: State) -> bool | None:
        found = get(state)
        if found is None:
            return None
        if _kind(found) != kind:
            raise Unassessable(names, f"it is no {kind}, and is looked for among some")
        return (found in values) is wanted

    return answer


def _sameness(left: ast.expr, right: ast.expr, wanted: bool) -> Test:
    first, second, names = value_of(left), value_of(right), _names(left, right)

    def answer(state: State) -> bool | None:
        a, b = first(state), second(state)
        if a is None or b is None:
            return None
        if _kind(a) != _kind(b):
            raise Unassessable(names, f"a {_kind(a)} is compared with a {_kind(b)}")
        return bool(a == b) is wanted

    return answer


def _order(left: ast.expr, compare: Callable[[Any, Any], bool], right: ast.expr) -> Test:
    first, second, names = value_of(left), value_of(right), _names(left, right)

    def answer(state: State) -> bool | None:
        a, b = first(state), second(state)
        if a is None or b is None:
            return None
        if type(a) not in NUMBERS or type(b) not in NUMBERS:
            raise Unassessable(names, "it is no number, and is compared as one")
        if a != a or b != b:  # noqa: PLR0124 - what is not a number is not equal to itself
            raise Unassessable(names, "it is not a number")
        return compare(a, b)

    return answer


def value_of(node: ast.expr) -> Get:
    """Return what gives a value of a state, None where it is unknown. Raises BrokenCondition."""
    match node:
        case ast.Name(id=name):
            return lambda state: state.get(name)
        case ast.Constant():
            value = _constant(node)
            return lambda _: value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SUMS:
            return _sum(left, SUMS[type(op)], right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _sum(ast.Constant(0), operator.sub, operand)
    raise BrokenCondition(f"{_said(node)} cannot stand here")


def _sum(left: ast.expr, compute: Callable[[Any, Any], Any], right: ast.expr) -> Get:
    first, second, names = value_of(left), value_of(right), _names(left, right)

    def get(state: State) -> float | None:
        a, b = first(state), second(state)
        if a is None or b is None:
            return None
        if type(a) not in NUMBERS or type(b) not in NUMBERS:
            raise Unassessable(names, "it is no number, and is computed with")
        try:
            found: float = compute(a, b)
        except ZeroDivisionError:
            raise Unassessable(_names(right) or names, "something is divided by zero") from None
        except OverflowError:
            raise Unassessable(names, "it is too large to compute with") from None
        return found

    return get


def _constant(node: ast.expr) -> bool | float | str:
    match node:
        case ast.Constant(value=bool(value)):
            return value
        case ast.Constant(value=int(number) | float(number)):
            if not math.isfinite(number) or abs(number) > HIGHEST:
                raise BrokenCondition(f"a number is beyond {HIGHEST}")
            return number
        case ast.Constant(value=str(word)):
            if len(word) > LONGEST_WORD:
                raise BrokenCondition(f"a word is longer than {LONGEST_WORD} characters")
            return word
    raise BrokenCondition(f"{_said(node)} cannot stand here")


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "yes or no"
    return "word" if isinstance(value, str) else "number"


def _names(*nodes: ast.expr) -> str:
    """Return the variables that stand in some parts, for whoever looks for the fault."""
    found = [one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name)]
    return ", ".join(dict.fromkeys(found))


def _said(node: ast.expr) -> str:
    words = {
        ast.Attribute: "a part of something", ast.Call: "a call", ast.Constant: "this value",
        ast.Tuple: "a list", ast.IfExp: "an if", ast.Name: "a variable",
    }  # fmt: skip
    return words.get(type(node), type(node).__name__)
