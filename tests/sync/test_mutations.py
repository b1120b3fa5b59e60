"""Three hundred thousand mutated updates: each is refused by name or changes what it may."""

import json
import subprocess
import sys

UPDATES = 300_000
STATES = 20_000
CODES = {
    "client_twice", "content", "control", "empty", "field", "foreign_client", "map",
    "missing_dependency", "nested", "not_utf8", "number", "order", "overlap", "split_pair",
    "structs", "trailing", "truncated", "two_fields",
}  # fmt: skip


def ran(deed: str, turns: int) -> dict[str, int]:
    """Return the answers of a process that did `turns` of a deed, and that lives to tell them."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.sync.mutating", deed, str(turns), "11"],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    # A library that trusts its input would have ended the process by a signal.
    assert child.returncode == 0, child.stderr[-2000:]
    answers: dict[str, int] = json.loads(child.stdout)
    assert sum(answers.values()) == turns
    return answers


def test_no_mutated_update_harms_the_process_or_the_text() -> None:
    answers = ran("run", UPDATES)
    assert set(answers) <= CODES | {"taken"}
    # The mutations reach deep: much of it is well-formed, and some is taken in.
    assert answers["taken"] > UPDATES // 100
    assert len(answers) > 12


def test_no_damaged_state_harms_the_process() -> None:
    answers = ran("load", STATES)
    assert set(answers) <= CODES | {"damaged", "loaded"}
    assert answers["loaded"] > STATES // 100
    assert len(answers) > 6
