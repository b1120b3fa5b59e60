"""rounds measures score: exact for programs, readable for people, and never half printed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rounds.__main__ import main
from tests.commands.program import environment, run
from tests.measures.vectors import FILE, exact, given

ZEROS = {f"gad-2-{at}": 0 for at in (1, 2)}
CASE = {"instrument": "gad-2", "case": "a", "context": {}, "answers": ZEROS}
SUM = {"instrument": "hits", "case": "b", "context": {}, "values": [1, 1, 1, 1]}
CHANGE = {"instrument": "phq-9", "baseline": 11, "current": 9}
PARTS = {
    "vectors": "results",
    "restricted_vectors": "restricted_results",
    "change_vectors": "change_results",
}


def scored(capsys: pytest.CaptureFixture[str], path: Path, *words: str) -> tuple[int, str, str]:
    code = main(["measures", "score", str(path), *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def written(folder: Path, told: object) -> Path:
    path = folder / "cases.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told, indent=1))
    return path


def test_a_program_of_its_own_scores_every_given_case(tmp_path: Path) -> None:
    done = run("measures", "score", str(FILE), "--json", env=environment(tmp_path / "data"))
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert list(told) == list(PARTS.values())
    for part, results in PARTS.items():
        for case, result in zip(given(part), told[results], strict=True):
            assert exact(result.pop("got")) == exact(case["expected"])
            assert result == {key: case[key] for key in ("instrument", "case") if key in case}
    # Nothing of a clinic is touched.
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("part", PARTS)
def test_each_part_may_be_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, part: str
) -> None:
    case = {"vectors": CASE, "restricted_vectors": SUM, "change_vectors": CHANGE}[part]
    code, out, _ = scored(capsys, written(tmp_path, {part: [case]}), "--json")
    assert code == 0
    assert {name: len(found) for name, found in json.loads(out).items()} == {
        results: int(name == part) for name, results in PARTS.items()
    }


def test_people_read_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = scored(capsys, FILE)
    assert (code, err) == (0, "")
    assert out.endswith("109 cases, 0 of them not as expected.\n")
    assert "CR-PHQ9-ITEM9" in out
    assert "clearly better" in out


def test_a_wrong_expectation_is_pointed_at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wrong = CASE | {"case": "a\x1b[31m", "expected": {"total": 1}}
    _, out, _ = scored(capsys, written(tmp_path, {"vectors": [wrong]}))
    assert "differs" in out
    assert "1 of them not as expected" in out
    assert "\x1b" not in out


def broken(part: str, case: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {part: [case, case | change]}


@pytest.mark.parametrize(
    ("told", "line", "reason"),
    [
        ("", 1, "a value is missing"),
        ("[]", 1, "dictionary"),
        ("{}", 1, "holds none of vectors"),
        ({"vector": [CASE]}, 1, "holds none of vectors"),
        ({"vectors": CASE}, 2, "vectors: Input should be a valid list"),
        ('{"vectors": [],\n "vectors": []}', 2, "stands twice"),
        (broken("vectors", CASE, instrument="phq-8"), 13, "vectors[1].instrument: no such"),
        (broken("vectors", CASE, instrument="hits"), 13, "vectors[1].instrument: no such"),
        (broken("vectors", CASE, instrument=7), 13, "vectors[1].instrument"),
        (broken("vectors", CASE, answers=[0, 0]), 16, "vectors[1].answers"),
        (broken("vectors", CASE, answers={"gad-2-1": 4}), 17, "vectors[1].answers.gad-2-1: it is"),
        (broken("vectors", CASE, answers={"gad-2-1": 1.5}), 17, "vectors[1].answers.gad-2-1"),
        (broken("vectors", CASE, answers={"gad-2-1": "1"}), 17, "vectors[1].answers.gad-2-1"),
        (broken("vectors", CASE, answers={"gad-2-3": 0}), 17, "vectors[1].answers.gad-2-3"),
        (broken("vectors", CASE, context={"sex": "x"}), 16, "vectors[1].context.sex"),
        (broken("vectors", CASE, anwsers={}), 20, "vectors[1].anwsers"),
        (broken("restricted_vectors", SUM, values=[1, 1, 1, 6]), 22, "values[3]"),
        (broken("restricted_vectors", SUM, values=[1]), 18, "hits has 4 items"),
        (broken("restricted_vectors", SUM, instrument="hads"), 15, "no way to score hads"),
        (broken("restricted_vectors", SUM, instrument="gad-2"), 15, "no such instrument"),
        (broken("change_vectors", CHANGE, current=28), 11, "change_vectors[1].current"),
        (broken("change_vectors", CHANGE, baseline="11"), 10, "change_vectors[1].baseline"),
        (broken("change_vectors", CHANGE, instrument="rounds-daily-diary"), 9, "has no total"),
    ],
)
@pytest.mark.parametrize("words", [["--json"], []])
def test_what_cannot_be_scored_is_refused_whole(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    words: list[str],
    told: object,
    line: int,
    reason: str,
) -> None:
    path = written(tmp_path, told)
    code, out, err = scored(capsys, path, *words)
    assert (code, out) == (1, "")
    assert err.startswith(f"{path}:{line}: ")
    assert reason in err
    assert err.count("\n") == 1


def test_a_file_that_cannot_be_read_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        code, out, err = scored(capsys, path)
        assert (code, out) == (1, "")
        assert err.startswith(f"{path} cannot be read: ")
    endless = Path("/dev/zero")
    assert scored(capsys, endless)[2].startswith("/dev/zero:1: it is larger than")


def test_help_reads_no_instrument() -> None:
    ask = (
        "import sys; from rounds.__main__ import main\n"
        "try: main(['measures', 'score', '--help'])\n"
        "finally: print([name for name in sys.modules if name.startswith('rounds.measures')])"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
