"""rounds reaches the PostgreSQL of docker-compose.yml by socket and password, and not without."""

import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.commands.program import environment, run
from tests.databases import _account_for_server, _program
from tests.deploy.site import until
from tests.house.sources import ROOT

pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def service() -> Any:
    file = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
    return file["services"]["postgresql"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What prepare.sh makes."""
    folder = tmp_path_factory.mktemp("clinic")
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    words = ["sh", "deploy/prepare.sh", "visits.clinic.example", "it@clinic.example", "192.0.2.7"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=30)
    return folder


@pytest.fixture(scope="module")
def socket_folder(service: Any, made: Path) -> Iterator[Path]:
    """Where a server listens that was made and started with the words of the file."""
    account, told = _account_for_server(), service["environment"]
    with tempfile.TemporaryDirectory(prefix="rounds-pg-") as folder:
        home = Path(folder)
        shutil.copy(made / "secrets/postgresql-password", home / "password")
        for path in (home, home / "password"):
            if account is not None:
                shutil.chown(path, account)

        def as_server(*words: str) -> None:
            # As the image does it: the first database is made before anybody else may come in.
            subprocess.run(
                words, user=account, cwd=home, check=True, capture_output=True, timeout=60
            )

        as_server(
            _program("initdb"), "-D", "data", "-U", told["POSTGRES_USER"], "--no-sync",
            "--pwfile=password", *shlex.split(told["POSTGRES_INITDB_ARGS"]),
        )  # fmt: skip
        command = [_program(service["command"][0]), *service["command"][1:], "-D", "data",
                   "-c", f"unix_socket_directories={home}", "-c", "fsync=off"]  # fmt: skip
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(command, user=account, cwd=home, stdout=log, stderr=log)
        try:
            until(lambda: "ready to accept" in (home / "log").read_text(), process, home / "log")
            as_server(
                "env", f"PGPASSWORD={(home / 'password').read_text()}", _program("createdb"),
                "-h", str(home), "-U", told["POSTGRES_USER"], told["POSTGRES_DB"],
            )  # fmt: skip
            yield home
        finally:
            process.terminate()
            process.wait(timeout=30)


def address(socket_folder: Path, password_file: Path) -> str:
    """What .env offers, with the places where things are here."""
    example = (ROOT / "deploy/env.example").read_text()
    found = re.search(r"^#ROUNDS_DATABASE=(.*)$", example, re.M)
    assert found is not None
    offered = found[1].replace("/run/postgresql", str(socket_folder))
    return offered.replace("/etc/rounds/pgpass", str(password_file))


def test_with_the_password_that_was_made_it_comes_in(
    socket_folder: Path, made: Path, tmp_path: Path
) -> None:
    database = address(socket_folder, made / "secrets/pgpass")
    migrated = run("migrate", env=environment(tmp_path, database=database))
    assert migrated.returncode == 0, migrated.stderr
    assert not (tmp_path / "rounds.sqlite").exists()


def test_with_another_it_does_not(socket_folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "pgpass"
    wrong.write_text("*:*:rounds:rounds:" + "0" * 64 + "\n")
    wrong.chmod(0o400)
    refused = run("migrate", env=environment(tmp_path, database=address(socket_folder, wrong)))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_it_listens_to_nobody_but_its_socket(socket_folder: Path) -> None:
    assert "listening on IPv" not in (socket_folder / "log").read_text()
    assert "listening on Unix socket" in (socket_folder / "log").read_text()
