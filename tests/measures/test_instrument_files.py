"""Instruments that ship are whole and say where they are from; a broken file is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rounds.kernel.broken import BrokenFile
from rounds.measures.instrument_files import (
    FOLDER,
    MOST_BYTES,
    NONCOMMERCIAL,
    read_file,
    read_folders,
    shipped,
)
from rounds.measures.scoring import score

PHQ = FOLDER / "phq-9.json"
Change = Callable[[dict[str, Any]], object]


def told() -> dict[str, Any]:
    """The PHQ-9 as its file tells it, to be broken somewhere."""
    told: dict[str, Any] = json.loads(PHQ.read_text("utf-8"))
    return told


def line_of(text: str, sign: str) -> int:
    return text[: text.index(sign)].count("\n") + 1


def test_all_ship_with_licence_and_source() -> None:
    assert len(shipped()) == 21
    for one in shipped().values():
        assert one.licence.statement
        assert one.licence.statement_source
        assert one.source.citation
        assert one.verification.scoring
        for rule in one.critical_rules:
            assert rule.when or rule.beyond


def test_texts_with_terms_of_their_own_stand_apart() -> None:
    apart = {path.stem for path in NONCOMMERCIAL.glob("*.json")}
    terms = (NONCOMMERCIAL / "LICENCE.txt").read_text("utf-8")
    assert {one.id for one in shipped().values() if "noncommercial" in one.licence.status} == apart
    assert all(f"{id}.json" in terms for id in apart)


def test_withheld_texts_are_not_here() -> None:
    withheld = [item for item in shipped()["ahc-hrsn-core"].items if item.text_withheld]
    assert [item.number for item in withheld] == [7, 8, 9, 10]
    assert all(item.text is None for item in withheld)


def test_adding_an_instrument_is_adding_a_file(tmp_path: Path) -> None:
    new = json.loads((FOLDER / "gad-2.json").read_text("utf-8").replace("gad-2", "mine"))
    (tmp_path / "mine.json").write_text(json.dumps(new))
    known = read_folders(FOLDER, tmp_path)
    assert score(known["mine"], {"mine-1": 2, "mine-2": 1}, {}).band == "positive"
    (tmp_path / "gad-2.json").write_bytes((FOLDER / "gad-2.json").read_bytes())
    with pytest.raises(BrokenFile, match="another gad-2"):
        read_folders(FOLDER, tmp_path)


def derived(*more: dict[str, str]) -> Change:
    return lambda one: one["scoring"]["derived"].extend(more)


def put(*way: str | int, value: object) -> Change:
    def change(one: Any) -> None:
        for step in way[:-1]:
            one = one[step]
        one[way[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "sign", "reason"),
    [
        (lambda one: one.pop("licence"), "{", "licence: Field required"),
        (lambda one: one.pop("source"), "{", "source: Field required"),
        (put("licence", "statement", value="  "), '"statement"', "licence.statement"),
        (put("id", value="phq-8"), '"id"', "name of the file"),
        (put("schema", value="rounds-instrument/9"), '"schema"', "schema"),
        (put("minutes", value="3"), '"minutes"', "minutes"),
        (put("minutes", value=True), '"minutes"', "minutes"),
        (put("owner", value="x"), '"owner"', "owner"),
        (put("items", value={}), '"items"', "items"),
        (put("items", value=[]), '"items"', "items"),
        (put("items", 3, "scored", value=1), None, r"items\[3\].scored"),
        (put("items", 3, "answer_list", value="other"), None, r"items\[3\].answer_list"),
        (put("items", 3, "type", value="integer"), None, r"items\[3\].answer_list"),
        (put("items", 3, "text", value=None), None, r"items\[3\].text"),
        (put("items", 3, "id", value="phq-9-1"), None, "stands twice"),
        (put("items", 3, "number", value=1), None, "stands twice"),
        (put("items", 3, "id", value="gad-7-4"), None, "begins with phq-9-"),
        (put("items", 3, "code", "code", value="44250-9"), None, "stands twice"),
        (put("items", 3, "code", "code", value="44254-2"), None, "check digit"),
        (put("items", 3, "code", "code", value="44254"), None, "check digit"),
        (put("answer_lists", "freq4", "options", 1, "value", value=0), None, "stands twice"),
        (put("answer_lists", "freq4", "options", 1, "code", value="LA6568-5"), None, "twice"),
        (put("answer_lists", "freq4", "type", value="integer"), None, "options or a type"),
        (put("scoring", "items", 0, value="phq-9-77"), None, "no item phq-9-77"),
        (put("scoring", "items", 0, value="phq-9-2"), None, "stands twice"),
        (put("scoring", "gate", value="phq-9-77"), None, "no item phq-9-77"),
        (put("scoring", "total", value="average(scored)"), '"total": "av', "no function average"),
        (put("scoring", "total", value="item(77)"), None, "no item number 77"),
        (put("scoring", "total", value="sum(scored) + x"), None, "no value x"),
        (put("scoring", "total", value="sum(scored"), None, "cannot be read"),
        (put("scoring", "total", value="sum(scored) + 1"), None, "outside 0 to 27"),
        (put("scoring", "total", value="band"), None, "leads back to itself"),
        (put("scoring", "total", value="'a' + 1"), None, "does not work"),
        (put("scoring", "total", value="scored"), None, "does not work"),
        (put("scoring", "max", value=30), None, "ends at 30"),
        (put("scoring", "min", value="0"), None, "scoring.min"),
        (put("scoring", "missing", value=None), None, "rule for missing"),
        (put("scoring", "missing", "most", value=9), None, "no answer to score"),
        (put("scoring", "missing", "most", value=-1), None, "missing.most"),
        (put("bands", 1, "min", value=6), None, "begins at 5"),
        (put("bands", 1, "max", value=4), None, "less than min"),
        (put("bands", 4, "max", value=26), None, "ends at 27"),
        (put("bands", 1, "when", value="total > 4"), None, "all have a formula"),
        (put("critical_rules", 0, "when", value="item(99) >= 1"), None, "no item number 99"),
        (put("critical_rules", 0, "when", value="item(9)"), None, "does not work"),
        (put("critical_rules", 0, "id", value="nine"), None, r"critical_rules\[0\].id"),
        (put("items", 9, "enable_when", value="total >= 1"), None, "no value total"),
        (put("change", "reliable_points", value=0), None, "reliable_points"),
        (derived({"id": "a", "value": "b"}, {"id": "b", "value": "a"}), None, "itself: a, b, a"),
        (derived({"id": "a", "value": "a + 1"}), None, "leads back to itself"),
        (derived({"id": "total", "value": "1"}), None, "total is taken"),
        (derived({"id": "sex", "value": "1"}), None, "sex is taken"),
        (derived({"id": "core", "value": "1"}), None, "stands twice"),
    ],
)
def test_a_broken_file_is_refused(change: Change, sign: str | None, reason: str) -> None:
    broken = told()
    change(broken)
    text = json.dumps(broken, indent=1)
    with pytest.raises(BrokenFile, match=reason) as refused:
        read_file("phq-9.json", text.encode())
    assert str(refused.value).startswith(f"phq-9.json:{refused.value.line}: ")
    if sign is not None:
        assert refused.value.line == line_of(text, sign)


def test_the_line_is_that_of_the_fault() -> None:
    text = PHQ.read_text("utf-8").replace(
        '"phq-9-4",\n   "number": 4', '"phq-9-4",\n   "number": "4"'
    )
    with pytest.raises(BrokenFile, match=r"items\[3\].number") as refused:
        read_file("phq-9.json", text.encode())
    assert refused.value.line == line_of(text, '"number": "4"')


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", 1, "a value is missing"),
        (b"[]", 1, "valid dictionary"),
        (b"7", 1, "valid dictionary"),
        (b'{\n"a": 1,\n"a": 2}', 3, "a: this name stands twice"),
        (b'{\n"a" 1}', 2, "a colon"),
        (b'{\n"a": 1\n"b": 2}', 3, "a comma or }"),
        (b'{"a": [1\n2]}', 2, "a comma or ]"),
        (b'{"a": 1,}', 1, "a name in quotation marks"),
        (b'{"a": 1}\n{}', 2, "behind the end"),
        (b'{"a": NaN}', 1, "a value is missing"),
        (b'{"a": Infinity}', 1, "a value is missing"),
        (b'{"a": 1e9}', 1, "power of ten"),
        (b'{"a": ' + b"9" * 5000 + b"}", 1, "too long"),
        (b'{"a": 01}', 1, "a comma or }"),
        (b'{"a": "\\ud800"}', 1, "half of a character"),
        (b'{"a": "\n"}', 1, "control character"),
        (b'{"a": "x', 1, "Unterminated"),
        (b'{\n"a": "\xff"}', 2, "not UTF-8"),
        ("{}".encode("utf-16"), 1, "not UTF-8"),
        (b"\n" + b"[" * 50_000, 2, "nested too deeply"),
        (b'{"a":' * 9_000, 1, "nested too deeply"),
        (b" " * (MOST_BYTES + 1), 1, "larger than"),
    ],
)
def test_what_is_no_sound_json_is_refused(data: bytes, line: int, reason: str) -> None:
    with pytest.raises(BrokenFile, match=reason) as refused:
        read_file("a.json", data)
    assert refused.value.line == line


def test_what_a_refusal_repeats_steers_no_terminal() -> None:
    broken = told() | {"\x1b[31mred" + "x" * 500: 1}
    with pytest.raises(BrokenFile) as refused:
        read_file("phq-9.json", json.dumps(broken).encode())
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 300
