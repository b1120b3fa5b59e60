"""Works out a formula; what nobody answered is unknown, and unknown is never a zero or a No.

Three values of truth (Kleene): `x or y` is true as soon as one of them is, whatever the other one
turns out to be. So a rule of safety holds from the answer that makes it true, in a questionnaire
that is half filled in.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from rounds.measures.formula import Formula

One = int | bool | str | Fraction | None
Many = Sequence[One]
Value = One | Many

MINUTES_OF_A_DAY = 1440

_OPERATORS: Mapping[type[ast.AST], Callable[[Fraction, Fraction], Fraction | bool]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Unfit(Exception):
    """A formula asks for something that cannot be done with these values, such as words added."""


class Known:
    """What formulas are worked out with; a name is looked up when a formula needs it."""

    def __init__(
        self,
        items: Mapping[int, One],
        needs: Mapping[int, bool | None],
        look_up: Callable[[str], Value],
    ) -> None:
        """Keep answers by the number of their item, and how names are found."""
        self._items = items
        self._needs = needs
        self._look_up = look_up

    def value(self, formula: Formula) -> One:
        """Return what a formula comes to, None where it is unknown. Raises Unfit."""
        return _one(self._value(formula.tree))

    def holds(self, formula: Formula) -> bool:
        """Return whether it is certain that a condition is true. Raises Unfit."""
        return _truth(self.value(formula)) is True

    def _value(self, node: ast.AST) -> Value:
        match node:
            case ast.Constant(value=int() | str() as value):
                return value
            case ast.Name(id=name):
                return self._look_up(name)
            case ast.BoolOp(op=sign, values=parts):
                truths = [_truth(_one(self._value(part))) for part in parts]
                return _any(truths) if isinstance(sign, ast.Or) else _all(truths)
            case ast.UnaryOp(op=ast.Not(), operand=part):
                truth = _truth(_one(self._value(part)))
                return None if truth is None else not truth
            case ast.UnaryOp(operand=part):
                return _with(ast.Sub, 0, _one(self._value(part)))
            case ast.BinOp(left=left, op=sign, right=right):
                return _with(type(sign), _one(self._value(left)), _one(self._value(right)))
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return _compared(type(sign), self._value(left), _one(self._value(right)))
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                truth = _truth(_one(self._value(test)))
                return None if truth is None else self._value(body if truth else otherwise)
            case ast.Call(func=ast.Name(id=name), args=parts):
                return self._called(name, parts)
        raise Unfit(f"{type(node).__name__} cannot be worked out")

    def _called(self, name: str, parts: Sequence[ast.expr]) -> Value:
        if name in ("item", "items", "needs"):
            numbers = [part.value for part in parts if isinstance(part, ast.Constant)]
            held: Mapping[int, One] = self._needs if name == "needs" else self._items
            found = [held[at] for at in range(_int(numbers[0]), _int(numbers[-1]) + 1)]
            return found[0] if name == "item" else found
        values = [self._value(part) for part in parts]
        if name == "known":
            (value,) = values
            if isinstance(value, list):
                return [one is not None for one in value]
            return value is not None
        if name in ("min", "elapsed"):
            return _MIN_ELAPSED[name](*(_one(value) for value in values))
        return _OF_LISTS[name]([one for value in values for one in _list(value)])


def minutes_of(clock: str) -> int:
    """Return the minutes since midnight of a time such as 23:05."""
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _any(truths: Sequence[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


def _all(truths: Sequence[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _sum(values: Many) -> One:
    if None in values:
        return None
    return sum((_number(value) for value in values), Fraction())


def _mean(values: Many) -> One:
    return _with(ast.Div, _sum(values), len(values))


def _count(values: Many) -> int:
    """Count what is certainly true; with something unknown it is the fewest there can be."""
    return sum(_truth(value) is True for value in values)


def _least(one: One, other: One) -> One:
    if one is None or other is None:
        return None
    return min(_number(one), _number(other))


def _elapsed(begun: One, ended: One) -> One:
    """Return the minutes from one time of day to the next other one, over midnight if need be."""
    if begun is None or ended is None:
        return None
    if not isinstance(begun, str) or not isinstance(ended, str):
        raise Unfit("elapsed takes times of day")
    return (minutes_of(ended) - minutes_of(begun)) % MINUTES_OF_A_DAY


_MIN_ELAPSED: Mapping[str, Callable[[One, One], One]] = {"min": _least, "elapsed": _elapsed}
_OF_LISTS: Mapping[str, Callable[[Many], One]] = {
    "any": lambda values: _any([_truth(value) for value in values]),
    "all": lambda values: _all([_truth(value) for value in values]),
    "sum": _sum,
    "mean": _mean,
    "count": _count,
    "size": len,
}


def _compared(sign: type[ast.AST], left: Value, right: One) -> Value:
    if isinstance(left, list):
        return [_compared_one(sign, one, right) for one in left]
    return _compared_one(sign, _one(left), right)


def _compared_one(sign: type[ast.AST], left: One, right: One) -> One:
    if left is None or right is None:
        return None
    if sign in (ast.Eq, ast.NotEq):
        return (left == right) is (sign is ast.Eq)
    return _with(sign, left, right)


def _with(sign: type[ast.AST], left: One, right: One) -> One:
    """Work out two numbers; unknown when one of them is, or when it is a part of nothing."""
    if left is None or right is None:
        return None
    one, other = _number(left), _number(right)
    if sign is ast.Div:
        return one / other if other else None
    return _OPERATORS[sign](one, other)


def _list(value: Value) -> Many:
    return value if isinstance(value, list) else [_one(value)]


def _one(value: Value) -> One:
    if value is None or isinstance(value, int | str | Fraction):
        return value
    raise Unfit("a list stands where one value belongs")


def _truth(value: One) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise Unfit(f"{value!r} is neither true nor false")


def _number(value: One) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise Unfit(f"{value!r} is no number")
    return Fraction(value)


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise Unfit("items have numbers")
    return value
