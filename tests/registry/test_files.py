"""Broken files are refused with the line and the reason."""

import json

import pytest

from rounds.kernel.broken import BrokenFile
from rounds.registry.collecting import collect
from rounds.registry.review import read_review
from rounds.registry.rules import FILE, read_rules, shipped
from rounds.registry.variables import read_variables

GOOD = {
    "id": "C-01", "group": "registry", "condition": "days_enrolled > 3", "message": "Look.",
    "urgency": "routine", "source": "the clinic", "basis": "P",
}  # fmt: skip
DAYS = {"name": "days", "value": 3, "unit": "days"}


def file_of(*rules: object, schema: str = "rounds-rules/1") -> bytes:
    """A file whose first rule stands in line 3, and each other in a line of its own."""
    told = ",\n".join(json.dumps(one) for one in rules)
    return f'{{"schema": "{schema}",\n"rules": [\n{told}\n]}}'.encode()


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize(
    ("raw", "line", "reason"),
    [
        (b"", 1, "a value is missing"),
        (b"[]", 1, "object"),
        (b"{}", 1, "missing"),
        (b'{"schema": "rounds-rules/1",\n"rules": 7}', 2, "list"),
        (b'{"schema": "rounds-rules/1",\n"rules": []}', 2, "no rule"),
        (b'{"schema": "rounds-rules/1",\n"rules": [,]}', 2, "a value is missing"),
        (b'{"schema": "rounds-rules/1",\n"rules": [7]}', 2, "object"),
        (b'{"schema": "rounds-rules/1"\n"rules": []}', 2, "comma"),
        (b'{"schema": "rounds-rules/1",\n"rules" []}', 2, "colon"),
        (b'{"schema": "rounds-rules/1",\n}', 2, "quotation marks"),
        (b'{"schema": "rounds-rules/1",\n"schema": "x"}', 2, "twice"),
        (b'{"schema":\n\n"\xff"}', 3, "UTF-8"),
        (b'{"schema":\n"a\nb"}', 2, "control"),
        (b'{"schema":\n"\\ud800"}', 2, "character"),
        (b'{"schema":\nNaN}', 2, "a value is missing"),
        (b'{"schema":\n-Infinity}', 2, "a value is missing"),
        (b'{"schema":\n1e999}', 2, "power of ten"),
        (b'{"schema":\n1000001}', 2, "too large"),
        (b'{"schema":\n' + b"9" * 5000 + b"}", 2, "too long"),
        (b"\n" + b"[" * 100_000, 2, "too deeply"),
        (b'{"a":' * 100_000, 1, "too deeply"),
        (b" " * 1_000_001, 1, "larger"),
        (file_of(GOOD) + b"\n7", 5, "behind"),
        (file_of(GOOD, schema="rounds-rules/2"), 1, "schema"),
        (file_of(GOOD, GOOD), 4, "C-01 stands twice"),
        (file_of(GOOD | {"id": "C 01"}), 3, "id"),
        (file_of(GOOD | {"id": 7}), 3, "id"),
        (file_of(GOOD | {"group": "unheard"}), 3, "group"),
        (file_of(GOOD | {"urgency": "soon"}), 3, "urgency"),
        (file_of(GOOD | {"basis": "U"}), 3, "basis"),
        (file_of(GOOD | {"basis": ["P"]}), 3, "basis"),
        (file_of(without("source")), 3, "source is missing"),
        (file_of(GOOD | {"source": " "}), 3, "source"),
        (file_of(GOOD | {"source": "x" * 301}), 3, "source"),
        (file_of(GOOD | {"message": ""}), 3, "message"),
        (file_of(GOOD | {"weight": 3}), 3, "weight"),
        (file_of(GOOD, GOOD | {"id": "C-02", "condition": "unheard > 3"}), 4, "unheard"),
        (file_of(GOOD | {"condition": "days_enrolled >"}), 3, "condition: it does not parse"),
        (file_of(GOOD | {"condition": "exit()"}), 3, "condition"),
        (file_of(GOOD | {"condition": True}), 3, "condition"),
        (file_of(*[GOOD | {"id": f"C-{one}"} for one in range(201)]), 2, "more than 200"),
        (file_of(GOOD | {"thresholds": [DAYS | {"value": 4}]}), 3, "not in the condition"),
        (file_of(GOOD | {"thresholds": [DAYS | {"value": "3"}]}), 3, "number"),
        (file_of(GOOD | {"thresholds": [DAYS, DAYS]}), 3, "twice"),
        (file_of(GOOD | {"thresholds": [DAYS, DAYS | {"name": "b"}]}), 3, "another"),
        (file_of(GOOD | {"group": "safety", "thresholds": [DAYS]}), 3, "stricter"),
    ],
)
def test_a_broken_file_of_rules_is_refused(raw: bytes, line: int, reason: str) -> None:
    with pytest.raises(BrokenFile, match=reason) as refused:
        read_rules("a.json", raw)
    assert refused.value.line == line
    assert str(refused.value).startswith(f"a.json:{line}: ")


def test_a_whole_file_is_read() -> None:
    found = read_rules("a.json", b"\xef\xbb\xbf" + file_of(GOOD | {"thresholds": [DAYS]}))
    assert found.rules["C-01"].thresholds[0].name == "days"
    assert found.version == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "date"}, "kind"),
        ({"record": "rumour"}, "record"),
        ({"name": "A b"}, "name"),
        ({"default": "no"}, "default"),
        ({"says": ""}, "says"),
    ],
)
def test_a_broken_variable_is_refused(change: dict[str, object], reason: str) -> None:
    one = {"name": "a", "kind": "flag", "default": False, "record": "score", "says": "b"}
    top = {"schema": "rounds-variables/1", "variables": [one, one | {"name": "b"} | change]}
    with pytest.raises(BrokenFile, match=reason):
        read_variables("a.json", json.dumps(top).encode())


@pytest.mark.parametrize(
    ("tiers", "reason"),
    [
        ([], "last tier"),
        ([{"tier": 1, "why": "a", "groups": ["safety"]}], "last tier"),
        ([{"tier": 2, "why": "a"}], "1 is expected"),
        ([{"tier": 1, "why": "a", "rules": ["R-99"]}, {"tier": 2, "why": "b"}], "rules"),
        ([{"tier": 1, "why": "a", "groups": ["unheard"]}, {"tier": 2, "why": "b"}], "groups"),
        ([{"tier": 1, "why": "a", "condition": "x"}, {"tier": 2, "why": "b"}], "condition"),
    ],
)
def test_a_broken_order_is_refused(tiers: list[object], reason: str) -> None:
    top = {"schema": "rounds-review/1", "rotation_days": 60, "tiers": tiers, "tie_break": []}
    with pytest.raises(BrokenFile, match=reason):
        read_review("a.json", json.dumps(top).encode())


def test_every_message_goes_to_the_catalogue_with_its_line() -> None:
    with FILE.open("rb") as file:
        found = {said: line for line, _, said, _ in collect(file)}
    lines = FILE.read_text("utf-8").splitlines()
    for rule in shipped().rules.values():
        assert json.dumps(rule.message, ensure_ascii=False) in lines[found[rule.message] - 1]
        assert rule.urgency in found
        assert rule.source not in found
