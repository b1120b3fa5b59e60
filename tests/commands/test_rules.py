"""rounds rules evaluate: a clinic's own cases, and clear refusals with nothing half printed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rounds.__main__ import main
from tests.commands.program import environment, run
from tests.registry.given import FILE, GIVEN

Told = tuple[int, str, str]
Say = Callable[..., Told]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Evaluate a file of these bytes; its name is cases.json in the current folder."""
    monkeypatch.chdir(tmp_path)

    def evaluate(told: object, *words: str) -> Told:
        raw = told if isinstance(told, bytes) else json.dumps(told).encode()
        Path("cases.json").write_bytes(raw)
        status = main(["rules", "evaluate", "cases.json", *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return evaluate


def vectors(**state: object) -> dict[str, Any]:
    return {"vectors": [{"case": "one", "state": state}]}


def rule(id: str, condition: str) -> dict[str, str]:
    return {**GIVEN["rules"][-1], "id": id, "condition": condition}


def test_the_given_cases_are_answered_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = run("rules", "evaluate", str(FILE), "--json", env=environment(tmp_path / "data"))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "results": [{"case": one["case"], "got": one["expected"]} for one in GIVEN["vectors"]]
    }
    assert not (tmp_path / "data").exists()


def test_the_answers_are_of_the_state_and_not_of_what_is_expected(say: Say) -> None:
    told = vectors(asq_incomplete=True, item9_open=True)
    told["vectors"][0]["expected"] = ["R-16"]
    status, out, _ = say(told, "--json")
    assert (status, json.loads(out)["results"]) == (0, [{"case": "one", "got": ["R-01", "R-35"]}])


def test_people_read_messages_and_what_differs(say: Say) -> None:
    told = vectors(burden_c=8)
    told["vectors"][0]["expected"] = ["R-16"]
    told["vectors"].append({"case": "t\u001b[2Jwo", "state": {}, "expected": []})
    status, out, err = say(told)
    assert (status, err) == (0, "")
    message = "High treatment burden. Remove or merge at least one task with the patient."
    assert out.splitlines() == [
        "one",
        f"  R-27  next visit                {message}",
        "  expected: R-16",
        "",
        "t?[2Jwo",
        "  no rule fires",
        "",
        "35 rules, 2 cases.",
        "1 of 2 cases differ from what they expect.",
    ]


def test_a_terminal_of_few_letters_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"vectors": [{"case": "für", "state": {}, "expected": ["ä\n"]}]}))
    env = environment(tmp_path / "data") | {"PYTHONIOENCODING": "ascii"}
    done = run("rules", "evaluate", str(path), env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:3] == ["f?r", "  no rule fires", "  expected: ??"]


def test_a_refusal_is_one_line_whatever_the_file_says(say: Say) -> None:
    status, out, err = say({"vectors": [], "a\u001b\nb": 1})
    assert (status, out) == (1, "")
    assert err == "cases.json:1: a??b: this is not known here\n"


def test_unknown_values_fire_nothing(say: Say) -> None:
    told = vectors(elevated=True, improved=None, days_enrolled=75, remission=None)
    assert json.loads(say(told, "--json")[1])["results"][0]["got"] == []


def test_own_rules_and_defaults_are_used(say: Say) -> None:
    told = vectors() | {
        "rules": [rule("C-2", "days_enrolled > 20"), rule("C-1", "elevated")],
        "variables_default": {"days_enrolled": 21, "elevated": True},
    }
    assert json.loads(say(told, "--json")[1])["results"][0]["got"] == ["C-2", "C-1"]


def test_a_rule_that_cannot_be_assessed_is_named_and_the_others_answer(say: Say) -> None:
    broken = rule("C-1", "days_enrolled / missed_of_last3 > 1")
    told = vectors() | {"rules": [broken, rule("C-2", "days_enrolled > 3")]}
    status, out, err = say(told, "--json")
    assert status == 0
    assert json.loads(out)["results"] == [
        {
            "case": "one",
            "got": ["C-2"],
            "could_not_be_assessed": [
                {
                    "rule": "C-1",
                    "variable": "missed_of_last3",
                    "reason": "something is divided by zero",
                }
            ],
        }
    ]
    assert err.startswith("one: C-1 could not be assessed: missed_of_last3: ")
    assert "C-1 could not be assessed" in say(told)[1]


@pytest.mark.parametrize("words", [(), ("--json",)])
@pytest.mark.parametrize(
    ("told", "line", "reason"),
    [
        (b"", 1, "a value is missing"),
        (b"\xff", 1, "UTF-8"),
        (b"\n\n[]", 3, "object"),
        (b"{}", 1, "vectors is missing"),
        (b'{"vectors": [\n{"case": "a", "state": {}},\n{"case": "b"}]}', 3, "state is missing"),
        (b'{"vectors": [\n{"case": "a",\n"state": {"unheard": 1}}]}', 3, "unheard"),
        (b'{"vectors": [{"case": "a",\n"state":\n{"phq9_c": "9"}}]}', 3, "phq9_c: a number"),
        (b'{"vectors": [{"case": "a",\n"state":\n{"phq9_c": true}}]}', 3, "phq9_c: a number"),
        (b'{"vectors": [{"case": "a",\n"state":\n{"elevated": 1}}]}', 3, "elevated: yes or no"),
        (b'{"vectors": [{"case": "a",\n"state":\n{"status": []}}]}', 3, "status: a word"),
        (b'{"vectors": [{"case": "a",\n"state":\n{"asq_band": "acute"}}]}', 3, "asq_band"),
        (b'{"vectors": [{"case": 7,\n"state": {}}]}', 1, "case"),
        (b'{"vectors": 7}', 1, "list"),
        (b'{"vectors": [],\n"variables_default": {"x": 1}}', 2, "x is no known"),
        (b'{"vectors": [],\n"schema": "rounds-rules/9"}', 2, "schema"),
        (b'{"vectors": [],\n"more": 1}', 2, "more"),
        ({"vectors": [], "rules": [rule("C-1", "exit()")]}, 1, "condition"),
        ({"vectors": [], "rules": [rule("C-1", "elevated")] * 2}, 1, "twice"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(
    say: Say, words: tuple[str, ...], told: object, line: int, reason: str
) -> None:
    status, out, err = say(told, *words)
    assert (status, out) == (1, "")
    assert err.startswith(f"cases.json:{line}: ")
    assert reason in err
    assert err.count("\n") == 1


def test_the_first_case_is_not_printed_when_the_last_is_broken(say: Say) -> None:
    cases = [{"case": f"{one}", "state": {}} for one in range(50)]
    status, out, _ = say({"vectors": [*cases, {"case": "last", "state": {"phq9_c": "x"}}]})
    assert (status, out) == (1, "")


@pytest.mark.parametrize(("name", "reason"), [("none.json", "does not exist"), (".", "be read")])
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, reason: str
) -> None:
    assert main(["rules", "evaluate", str(tmp_path / name)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert reason in told.err
