"""Whatever stands in a state, rules answer; and they answer as another reading of them does."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.registry.closures import BrokenCondition, State
from rounds.registry.conditions import read_condition
from rounds.registry.evaluating import evaluate, not_assessed
from rounds.registry.rules import shipped
from rounds.registry.variables import variables
from tests.registry.given import GIVEN

NUMBERS, FLAGS, WORDS = ("a", "b", "c"), ("f", "g"), ("w",)
ORDERS = ("<", "<=", ">", ">=", "==", "!=")
Tree = tuple[Any, ...]


def values(name: str) -> st.SearchStrategy[Any]:
    one = variables()[name]
    if one.choices:
        return st.sampled_from([None, *one.choices])
    kinds = {"flag": st.booleans(), "number": st.integers(-5, 400), "word": st.text(min_size=1)}
    return st.none() | kinds[one.kind]


states = st.fixed_dictionaries({}, optional={name: values(name) for name in variables()})
anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(states)
@settings(max_examples=150, deadline=None, database=None)
def test_states_with_unknowns_are_answered(state: State) -> None:
    found = evaluate(shipped(), state)
    assert not found.faults
    missing = {one.name for one in not_assessed(shipped(), state).variables}
    assert missing - {"new_drug_class"} == set(variables()) - set(state) - {"new_drug_class"}
    for rule in found.fired:
        # What fires would fire whatever the things are that nobody assessed.
        assert rule.condition.test({**state, **dict.fromkeys(missing)}) is True


@given(st.dictionaries(st.sampled_from(list(variables())), anything))
@settings(max_examples=150, deadline=None, database=None)
def test_states_of_any_type_are_answered(state: State) -> None:
    found = evaluate(shipped(), state)
    ids = [rule.id for rule in (*found.fired, *found.unknown, *(one.rule for one in found.faults))]
    assert len(set(ids)) == len(ids)


@given(states)
@settings(max_examples=100, deadline=None, database=None)
def test_whole_states_are_answered_as_python_would(state: State) -> None:
    quiet = {name: value for name, value in state.items() if value is not None}
    whole = {**GIVEN["variables_default"], **quiet}
    whole["asq_band"] = whole["asq_band"] or "negative"
    assert {one.id for one in evaluate(shipped(), whole).fired} == {
        one["id"] for one in GIVEN["rules"] if eval(one["condition"], {}, whole)
    }


number = st.recursive(
    st.sampled_from([("name", one) for one in NUMBERS])
    | st.tuples(st.just("is"), st.integers(0, 9)),
    lambda inner: st.tuples(st.sampled_from("+-*"), inner, inner),
    max_leaves=4,
)
question = st.recursive(
    st.sampled_from([("name", one) for one in FLAGS])
    | st.tuples(st.sampled_from(ORDERS), number, number)
    | st.tuples(st.sampled_from(["none", "some"]), st.sampled_from([*NUMBERS, *FLAGS, *WORDS]))
    | st.tuples(st.sampled_from(["in", "not in"]), st.sampled_from(WORDS)),
    lambda inner: (
        st.tuples(st.just("not"), inner) | st.tuples(st.sampled_from(["and", "or"]), inner, inner)
    ),
    max_leaves=6,
)
small = st.fixed_dictionaries(
    {},
    optional={name: st.none() | st.integers(0, 9) for name in NUMBERS}
    | {name: st.none() | st.booleans() for name in FLAGS}
    | {name: st.none() | st.sampled_from("xyz") for name in WORDS},
)


def written(tree: Tree) -> str:
    match tree:
        case "name", name:
            return str(name)
        case "is", value:
            return str(value)
        case "none", name:
            return f"{name} is None"
        case "some", name:
            return f"{name} is not None"
        case ("in" | "not in") as way, name:
            return f"{name} {way} ('x', 'y')"
        case "not", inner:
            return f"not ({written(inner)})"
        case op, left, right:
            return f"({written(left)}) {op} ({written(right)})"
    raise AssertionError(tree)


def reference(tree: Tree, state: State) -> Any:
    """By numbers: False is 0, unknown a half, True 1; `and` is the least, `or` the greatest."""
    half = Fraction(1, 2)
    match tree:
        case "name", name:
            found = state.get(name)
            return (half if found is None else int(found)) if name in FLAGS else found
        case "is", value:
            return value
        case ("none" | "some") as way, name:
            return int((state[name] is None) == (way == "none")) if name in state else half
        case ("in" | "not in") as way, name:
            word = state.get(name)
            return half if word is None else int((word != "z") == (way == "in"))
        case "not", inner:
            return 1 - reference(inner, state)
        case ("and" | "or") as way, left, right:
            both = reference(left, state), reference(right, state)
            return min(both) if way == "and" else max(both)
    op, left, right = tree
    a, b = reference(left, state), reference(right, state)
    if op in ORDERS:
        if a is None or b is None:
            return half
        return int(
            {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[op]
        )
    if a is None or b is None:
        return None
    return {"+": a + b, "-": a - b, "*": a * b}[op]


@given(question, small)
@settings(max_examples=400, deadline=None, database=None)
def test_an_answer_is_that_of_another_reading(tree: Tree, state: State) -> None:
    try:
        condition = read_condition(written(tree), (*NUMBERS, *FLAGS, *WORDS))
    except BrokenCondition as broken:
        assert any(word in str(broken) for word in ("parts", "no variable", "deeply"))  # noqa: PT017
        return
    expected = {0: False, 1: True}.get(reference(tree, state))
    assert condition.test(state) is expected


def test_another_reading_would_notice() -> None:
    """The control: Python itself has no third answer."""
    tree: Tree = ("not", ("name", "f"))
    assert reference(tree, {"f": None}) == Fraction(1, 2)
    assert eval(written(tree), {}, {"f": None}) is True
    assert read_condition(written(tree), FLAGS).test({"f": None}) is None


@given(st.text(alphabet="ab fgw.()[]{}<>=!+-*/%'\"0123456789,\\_:", max_size=60))
@settings(max_examples=400, deadline=None, database=None)
def test_free_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_condition(text, ("a", "b", "f", "g", "w"))
    except BrokenCondition:
        return
    assert found.names
