"""rounds backup and restore as an operator types them."""

import os
from pathlib import Path

import pytest

from rounds.__main__ import main
from rounds.admin.last_backup import last_backup
from rounds.backup.files import OURS, rotate


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the demo clinic in it."""
    for name in list(os.environ):
        if name.startswith("ROUNDS_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "data"
    monkeypatch.setenv("ROUNDS_DATA", str(folder))
    monkeypatch.chdir(tmp_path)
    assert main(["migrate"]) == 0
    return folder


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(words) == 1
    told = capsys.readouterr().err
    assert "Traceback" not in told
    return told


def test_from_a_key_to_a_restored_clinic(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key, file = tmp_path / "key", tmp_path / "one.backup"
    assert "--make-key" in refused(capsys, "backup", str(file))
    assert main(["backup", "--make-key", str(key)]) == 0
    assert key.stat().st_mode & 0o777 == 0o400
    assert "never replaced" in refused(capsys, "backup", "--make-key", str(key))
    (data / "audit-key").write_bytes(b"k" * 32)
    assert main(["backup", str(file), "--key", str(key)]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert "tables" in capsys.readouterr().out
    noted = last_backup(data)
    assert noted is not None
    assert noted.size == file.stat().st_size
    before = file.read_bytes()
    assert "never written over" in refused(capsys, "backup", str(file), "--key", str(key))
    assert file.read_bytes() == before
    assert not [one for one in tmp_path.iterdir() if one.suffix == ".part"]

    secret = (data / "secret").read_bytes()
    assert secret not in before
    assert main(["restore", str(file), "--key", str(key), "--verify"]) == 0
    assert "not touched" in capsys.readouterr().out
    other = tmp_path / "other"
    assert main(["backup", "--make-key", str(other)]) == 0
    assert "not the key" in refused(capsys, "restore", str(file), "--key", str(other))

    there = tmp_path / "there"
    monkeypatch.setenv("ROUNDS_DATA", str(there))
    assert main(["restore", str(file), "--key", str(key)]) == 0
    assert (there / "secret").read_bytes() == secret
    assert (there / "audit-key").read_bytes() == b"k" * 32
    assert {path.stat().st_mode & 0o077 for path in there.iterdir()} == {0}


def test_a_secret_that_stands_is_kept_beside(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, file = tmp_path / "key", tmp_path / "one.backup"
    assert main(["backup", "--make-key", str(key)]) == 0
    assert main(["backup", str(file), "--key", str(key)]) == 0
    monkeypatch.setenv("ROUNDS_DATA", str(tmp_path / "there"))
    assert main(["migrate"]) == 0  # makes a secret of its own
    newer = (tmp_path / "there" / "secret").read_bytes()
    assert main(["restore", str(file), "--key", str(key)]) == 0
    assert (tmp_path / "there" / "secret").read_bytes() == (data / "secret").read_bytes()
    (beside,) = (tmp_path / "there").glob("secret.*.replaced")
    assert beside.read_bytes() == newer


def test_a_folder_keeps_the_newest(data: Path, tmp_path: Path) -> None:
    key, folder = tmp_path / "key", tmp_path / "kept"
    folder.mkdir()
    old = [f"rounds-2020010{day}T000000Z.backup" for day in range(1, 5)]
    for name in (*old, "letter.backup", "rounds-2020.backup"):
        (folder / name).touch()
    assert main(["backup", "--make-key", str(key)]) == 0
    assert main(["backup", str(folder), "--key", str(key), "--keep", "2"]) == 0
    left = sorted(one.name for one in folder.iterdir())
    assert [name for name in left if name in old] == [old[-1]]
    assert len([name for name in left if OURS.fullmatch(name)]) == 2
    assert {"letter.backup", "rounds-2020.backup"} < set(left)
    assert rotate(folder, 9) == []


def test_wrong_keys_and_files_are_named(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, file = tmp_path / "key", tmp_path / "one.backup"
    assert "no key file" in refused(capsys, "backup", "--key", str(key))
    key.write_text("rounds-backup-key-1:AAAA")
    assert f"chmod 400 {key}" in refused(capsys, "backup", "--key", str(key))
    key.chmod(0o400)
    assert "not a key" in refused(capsys, "backup", "--key", str(key))
    key.unlink()
    assert "data folder" in refused(capsys, "backup", "--make-key", str(data / "key"))
    assert main(["backup", "--make-key", str(key)]) == 0
    file.write_text("a letter")
    assert "not a backup" in refused(capsys, "restore", str(file), "--key", str(key))
    assert "cannot be read" in refused(capsys, "restore", str(tmp_path / "x"), "--key", str(key))
    assert "--keep" in refused(
        capsys, "backup", str(tmp_path / "y"), "--key", str(key), "--keep", "2"
    )
    nowhere = str(tmp_path / "no" / "such")
    assert "cannot be written" in refused(capsys, "backup", nowhere, "--key", str(key))
