"""What makes settings, folders and secrets for the first start never overwrites, never guesses."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT

SITE, EMAIL = "visits.clinic.example", "it@clinic.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    return tmp_path


def prepare(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", "deploy/prepare.sh", *words],
        cwd=folder, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def everything(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in [folder / ".env", *folder.glob("secrets/*")]
        if path.is_file()
    }


def test_settings_and_secrets_are_made_once(folder: Path) -> None:
    assert prepare(folder, SITE, EMAIL, "192.0.2.7,2001:db8::7").returncode == 0
    first = everything(folder)
    assert set(first) == {
        ".env", "secrets/turn-secret", "secrets/postgresql-password", "secrets/pgpass",
    }  # fmt: skip
    for line in (f"SITE={SITE}", f"ACME_EMAIL={EMAIL}", "MEDIA_ADDRESSES=192.0.2.7,2001:db8::7"):
        assert line in first[".env"].splitlines()
    assert re.fullmatch("[0-9a-f]{64}", first["secrets/turn-secret"])
    assert first["secrets/turn-secret"] != first["secrets/postgresql-password"]
    assert first["secrets/pgpass"] == f"*:*:rounds:rounds:{first['secrets/postgresql-password']}\n"
    assert prepare(folder, "other.example", "x@other.example", "192.0.2.9").returncode == 0
    assert everything(folder) == first
    (folder / "secrets/turn-secret").unlink()
    assert prepare(folder, SITE, EMAIL, "192.0.2.7").returncode == 0
    assert everything(folder)["secrets/turn-secret"] != first["secrets/turn-secret"]


def test_nobody_else_can_read_what_was_made(folder: Path) -> None:
    assert prepare(folder, SITE, EMAIL, "192.0.2.7").returncode == 0
    for path in [*folder.glob("secrets/**/*"), *folder.glob("state/*"), folder / ".env"]:
        assert path.stat().st_mode & 0o077 == 0, path
        if os.geteuid() == 0 and path.name != ".env":
            assert path.stat().st_uid == 10001, path


def test_without_addresses_all_of_this_machine_are_told(folder: Path) -> None:
    told = subprocess.run(
        ["hostname", "-I"], capture_output=True, text=True, check=True, timeout=10
    ).stdout.split()
    made = prepare(folder, SITE, EMAIL)
    if told:
        line = next(x for x in everything(folder)[".env"].splitlines() if x.startswith("MEDIA"))
        assert set(line.partition("=")[2].split(",")) <= set(told)
        assert line != "MEDIA_ADDRESSES="
    else:
        assert "name it" in made.stderr


@pytest.mark.parametrize(
    "words",
    [
        (),
        (SITE,),
        ("visits.clinic.example/x", EMAIL, "192.0.2.7"),
        ("visits clinic", EMAIL, "192.0.2.7"),
        ("-n", EMAIL, "192.0.2.7"),
        ("x&y", EMAIL, "192.0.2.7"),
        (SITE, "nobody", "192.0.2.7"),
        (SITE, "a@b\nSITE=evil", "192.0.2.7"),
        (SITE, EMAIL, "192.0.2.7/24"),
        (SITE, EMAIL, "host.example"),
        (SITE, EMAIL, "$(id)"),
    ],
)
def test_what_is_no_name_or_address_makes_nothing(folder: Path, words: tuple[str, ...]) -> None:
    refused = prepare(folder, *words)
    assert refused.returncode == 2
    assert refused.stderr
    assert not (folder / ".env").exists()
    assert not (folder / "secrets").exists()
