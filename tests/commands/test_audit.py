"""rounds audit verify: whole, broken or cut off, for people and for programs."""

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from rounds.__main__ import main
from tests.commands.program import environment, run, serving
from tests.making.waiting import eventually

GUARDS = ("entries_wait", "entries_stay", "entries_count", "seals_stay", "seals_fixed")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The surroundings of a demo clinic whose server ran for a while."""
    folder = tmp_path_factory.mktemp("audit") / "data"
    env = environment(folder)

    def is_sealed() -> bool:
        with closing(sqlite3.connect(folder / "rounds.sqlite")) as database:
            waiting = "SELECT count(*) FROM audit_unsealed WHERE due_at IS NULL"
            return bool(database.execute(waiting).fetchone()[0] == 0)

    async def wait() -> None:
        await eventually(is_sealed)

    with serving("demo", env=env, log=folder.parent / "log"):
        asyncio.run(wait())
        beside = run("audit", "verify", env=env)
    assert (beside.returncode, beside.stderr) == (0, "")
    assert beside.stdout.startswith("The trail is whole: ")
    return env


@pytest.fixture
def env(ran: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A copy of it, to be tampered with; its guards are off."""
    folder = tmp_path / "data"
    shutil.copytree(ran["ROUNDS_DATA"], folder)
    with closing(sqlite3.connect(folder / "rounds.sqlite")) as database:
        for name in GUARDS:
            database.execute(f"DROP TRIGGER audit_{name}")
        database.commit()
    return ran | {"ROUNDS_DATA": str(folder)}


@dataclass(frozen=True, slots=True)
class Told:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Told]


@pytest.fixture
def say(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Give a command in this process, over the copy."""
    for name in [one for one in os.environ if one.startswith("ROUNDS_")]:
        monkeypatch.delenv(name)
    for name in [one for one in env if one.startswith("ROUNDS_")]:
        monkeypatch.setenv(name, env[name])

    def run_here(*words: str) -> Told:
        status = main(words)
        told = capsys.readouterr()
        return Told(status, told.out, told.err)

    return run_here


def tamper(env: dict[str, str], *statements: str) -> None:
    with closing(sqlite3.connect(Path(env["ROUNDS_DATA"]) / "rounds.sqlite")) as database:
        for one in statements:
            database.execute(one)
        database.commit()


def test_a_whole_trail_is_told_in_numbers(env: dict[str, str], say: Run) -> None:
    found = say("audit", "verify", "--json")
    told = json.loads(found.stdout)
    assert (found.returncode, told["status"], told["findings"]) == (0, 0, [])
    assert told["seals"] >= told["lines"] > 15
    assert (told["waiting"], told["first_bad_seq"]) == (0, None)
    assert told["checkpoints"] >= 1


def test_a_broken_trail_names_the_first_bad_number(env: dict[str, str], say: Run) -> None:
    line = "(SELECT entry_id FROM audit_seals WHERE seq = 7)"
    tamper(
        env,
        f"UPDATE audit_entries SET actor_kind = 'staff' WHERE id = {line}",
        "DELETE FROM audit_seals WHERE seq = 9",
    )
    found = say("audit", "verify")
    assert found.returncode == 2
    first, second, *_ = found.stdout.splitlines()
    assert first.startswith("Seal 7: altered, the seal or its line was changed (line ")
    assert second == "Seal 9: missing, something that was sealed is gone."
    assert "The trail is broken" in found.stdout
    told = json.loads(say("audit", "verify", "--json").stdout)
    assert (told["status"], told["first_bad_seq"]) == (2, 7)
    assert [one["what"] for one in told["findings"]][:2] == ["altered", "missing"]


def test_a_trail_that_was_cut_off_is_told_by_checkpoints(env: dict[str, str], say: Run) -> None:
    tamper(
        env,
        "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_seals WHERE seq > 8)",
        "DELETE FROM audit_seals WHERE seq > 8",
    )
    found = say("audit", "verify")
    assert found.returncode == 3
    assert found.stdout.startswith("Seal 9: truncated, the end was cut off")
    # Without the file nobody can say; a copy from elsewhere, or the log, still can.
    own = Path(env["ROUNDS_DATA"]) / "audit-checkpoints"
    copy = own.rename(own.with_name("copy"))
    blind = say("audit", "verify")
    assert blind.returncode == 0
    assert "No checkpoint to compare with" in blind.stdout
    assert say("audit", "verify", "--checkpoint", str(copy)).returncode == 3


def test_the_log_of_the_server_serves_as_checkpoints(
    env: dict[str, str], ran: dict[str, str], say: Run
) -> None:
    log = Path(ran["ROUNDS_DATA"]).parent / "log"
    assert "audit_checkpoint" in log.read_text()
    assert say("audit", "verify", "--checkpoint", str(log)).returncode == 0
    tamper(env, "DELETE FROM audit_seals", "DELETE FROM audit_entries")
    assert say("audit", "verify", "--checkpoint", str(log)).returncode == 3


def test_what_is_missing_is_named(env: dict[str, str], say: Run) -> None:
    data = Path(env["ROUNDS_DATA"])
    found = say("audit", "verify", "--checkpoint", str(data / "none"))
    assert (found.returncode, found.stdout) == (1, "")
    assert "none does not exist" in found.stderr
    (data / "audit-key").unlink()
    found = say("audit", "verify")
    assert found.returncode == 1
    assert "Fix: check ROUNDS_DATA" in found.stderr
    assert not (data / "audit-key").exists()


def test_a_key_that_others_can_read_is_refused(env: dict[str, str], say: Run) -> None:
    (Path(env["ROUNDS_DATA"]) / "audit-key").chmod(0o444)
    for words in (("audit", "verify"), ("serve",)):
        found = say(*words)
        assert found.returncode == 1, words
        assert "chmod 400" in found.stderr, words


def test_another_key_fits_no_seal(env: dict[str, str], say: Run) -> None:
    key = Path(env["ROUNDS_DATA"]) / "audit-key"
    key.unlink()
    key.touch(mode=0o600)
    key.write_bytes(bytes(32))
    found = say("audit", "verify")
    assert found.returncode == 2
    assert found.stdout.startswith("Seal 1: altered")
    assert "more." in found.stdout
