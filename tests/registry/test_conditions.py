"""Conditions know little, and what they do not know they refuse."""

import ast

import pytest

from rounds.registry.closures import BrokenCondition, State, Unassessable
from rounds.registry.conditions import read_condition, replace_numbers, widens
from tests.house.sources import full_name, imported_names, modules

KNOWN = ("a", "b", "f", "g", "w")


def answer(text: str, **state: object) -> bool | None:
    known: State = state  # type: ignore[assignment]
    return read_condition(text, KNOWN).test(known)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "f and", "f or or g", "a >", "a = 1", "f; g", "f\ng", "f # g", "(f", " f",
        "f.real", "a.__class__ is None", "().__class__", "f()", "abs(a) > 1", "__import__('os')",
        "eval('f')", "open('x')", "print(f)", "exit", "a + 1 or f()", "a > f()",
        "True", "1 < 2", "not None", "f and 1", "'w'", "a + 1", "('x', 'y')",
        "[a for a in (1, 2)]", "any(a for a in w)", "[a] == w", "{a} == w", "{'a': a} == w",
        "a[0] > 1", "w in ('a', *g)", "f if g else f", "lambda: f", "(f := g)", "f'{a}' == w",
        "b'w' == w", "1j > a", "... is None", "await f", "yield f",
        "a ** b > 1", "9 ** 9 ** 9 > a", "a // 2 > 1", "a % 2 == 1", "a << 9 > 1", "a & 1 > 0",
        "~a > 1", "+a > 1", "a @ b > 1",
        "a > 1000001", "a > 1e999", f"a > {'9' * 300}", "a > 0x", "a > 01",
        "a is 1", "a is b", "None is a", "a is None is b", "a == None", "a in b", "a in ()",
        "w in ('x', 1)", "a in (None,)", "w in 'abc'", f"a in ({'1,' * 21})",
        "unheard > 1", "ａ > 1", "а > 1", "f and '\\x41' == w",
        f"w == '{'x' * 41}'", f"w == '{'x' * 600}'", f"{'not ' * 100}f",
        f"{'(' * 240}f{')' * 240}", f"{'-' * 450}a > 1", " + ".join(["a"] * 60) + " > 1",
        " or ".join(["f"] * 90),
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(BrokenCondition) as refused:
        read_condition(text, KNOWN)
    assert str(refused.value)


def test_free_text_is_never_run() -> None:
    """The package calls none of Python's ways to do so."""
    called = {
        full_name(node.func, imported_names(tree))
        for path, tree in modules().items()
        if path.is_relative_to("rounds/registry")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert "ast.parse" in called
    assert called.isdisjoint({"eval", "exec", "compile", "ast.literal_eval", "__import__"})


@pytest.mark.parametrize(
    ("text", "state", "expected"),
    [
        ("f", {"f": True}, True),
        ("f", {"f": None}, None),
        ("f", {}, None),
        ("not f", {"f": None}, None),
        ("f and g", {"f": None, "g": False}, False),
        ("f and g", {"f": None, "g": True}, None),
        ("f or g", {"f": None, "g": True}, True),
        ("f or g", {"f": None, "g": False}, None),
        ("a > 1", {"a": None}, None),
        ("not a > 1", {"a": None}, None),
        ("a - b > 1", {"a": 5, "b": None}, None),
        ("1 <= a < 3", {"a": 3}, False),
        ("1 <= a < b", {"a": 0, "b": None}, False),
        ("a is None", {"a": None}, True),
        ("a is None", {"a": 1}, False),
        ("a is None", {}, None),
        ("a is not None", {}, None),
        ("a is None or a > 1", {"a": None}, True),
        ("w in ('x', 'y')", {"w": "y"}, True),
        ("w not in ('x', 'y')", {"w": None}, None),
        ("w == 'x'", {"w": "x"}, True),
        ("w != 'x'", {"w": None}, None),
        ("f == True", {"f": False}, False),
        ("-a * 2 + 1 < b / 4", {"a": 1, "b": 0}, True),
        ("a >= 1.5", {"a": 1.5}, True),
        ("a > 1or f", {"a": 2}, True),
    ],
)
def test_an_answer_is_yes_no_or_unknown(text: str, state: State, expected: bool | None) -> None:
    assert read_condition(text, KNOWN).test(state) is expected


@pytest.mark.parametrize(
    ("text", "state", "variable"),
    [
        ("a / b > 1", {"a": 1, "b": 0}, "b"),
        ("a / 0 > 1", {"a": 1}, "a"),
        ("1 / 0 > 1 or f", {"f": True}, ""),
        ("a > 1", {"a": "two"}, "a"),
        ("a > 1", {"a": True}, "a"),
        ("a > 1", {"a": float("nan")}, "a"),
        ("a + w > 1", {"a": 1, "w": "x"}, "a, w"),
        ("a * b / 3 > 1", {"a": 10**200, "b": 10**200}, "a, b"),
        ("f", {"f": 1}, "f"),
        ("not w", {"w": "x"}, "w"),
        ("w == 5", {"w": "x"}, "w"),
        ("w in ('x', 'y')", {"w": 3}, "w"),
        ("a in (0, 1)", {"a": True}, "a"),
    ],
)
def test_a_value_that_does_not_fit_is_a_fault_with_a_name(
    text: str, state: State, variable: str
) -> None:
    with pytest.raises(Unassessable) as fault:
        read_condition(text, KNOWN).test(state)
    assert fault.value.variable == variable
    assert fault.value.reason


def test_a_fault_is_not_reached_where_all_is_decided() -> None:
    assert answer("f or a / 0 > 1", f=True, a=1) is True
    assert answer("f and a / 0 > 1", f=False, a=1) is False


def test_names_and_numbers_are_told() -> None:
    found = read_condition("f and 1 < b - a <= 2.5 and a > 1", KNOWN)
    assert found.names == ("f", "b", "a")
    assert found.numbers == {1, 2.5}


def test_numbers_change_wherever_they_stand() -> None:
    found = read_condition("1 < a and (b is None or b > a - 1) and w == '1' and a < 11", KNOWN)
    changed = replace_numbers(found, {1.0: 7, 11.0: 1})
    assert changed == "7 < a and (b is None or b > a - 7) and w == '1' and a < 1"


@pytest.mark.parametrize(
    ("text", "wider"),
    [
        ("f", True),
        ("f or g", True),
        ("(f) or a > 1 and g", True),
        ("g or f", False),
        ("f and g", False),
        ("not f or g", False),
    ],
)
def test_a_wider_condition_begins_with_what_it_was(text: str, wider: bool) -> None:
    assert widens(read_condition("f", KNOWN), read_condition(text, KNOWN)) is wider


def test_an_alternative_of_two_keeps_both() -> None:
    before = read_condition("f or g", KNOWN)
    assert widens(before, read_condition("f or g or a > 1", KNOWN))
    assert not widens(before, read_condition("f or a > 1", KNOWN))
    assert not widens(before, read_condition("f or a > 1 or g", KNOWN))
